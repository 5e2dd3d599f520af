//go:build !unix

package main

import (
	"io/fs"
	"net"
)

// everybodys reports nothing where files have no such permissions.
func everybodys(fs.FileInfo) bool { return false }

// listenPrivately makes a socket; the folder must keep others out.
func listenPrivately(path string) (net.Listener, error) { return net.Listen("unix", path) }
