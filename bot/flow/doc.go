// Package flow
package flow
