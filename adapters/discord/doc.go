// Package discord joins the bot to Discord: slash commands, buttons, menus,
// forms and private messages.
package discord
