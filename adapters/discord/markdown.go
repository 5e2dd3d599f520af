package discord

import "steadfast/bot/chat"

// skeleton
func markdown(t chat.Text, self identity) string { return t.Plain() }
