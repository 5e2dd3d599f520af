//go:build unix

package main

import (
	"io/fs"
	"net"
	"syscall"
)

// everybodys reports whether others than the owner and the group can read or
// change a file.
func everybodys(info fs.FileInfo) bool { return info.Mode().Perm()&0o007 != 0 }

// listenPrivately makes a socket that only this user can open, from its first
// moment on. It must not run while other files are made.
func listenPrivately(path string) (net.Listener, error) {
	old := syscall.Umask(0o177)
	defer syscall.Umask(old)
	return net.Listen("unix", path)
}
