package bot

import (
	"sync"

	"steadfast/bot/chat"
	"steadfast/bot/program"
)

// maxReplies bounds how many replies are held in memory. More than that wait
// only when a platform is down; those are read from the outbox again.
const maxReplies = 1024

// replies holds private replies between their commit and their sending, so
// that the usual reply is not read back from the store. It holds nothing that
// is not in the outbox as well, and each reply once: whatever is tried again is
// read from there. The zero value is empty and ready; it is safe for concurrent
// use.
type replies struct {
	mu  sync.Mutex
	all map[uint64]chat.Message
}

func (r *replies) keep(rows []program.Outgoing) {
	if len(rows) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = make(map[uint64]chat.Message)
	}
	for _, o := range rows {
		if len(r.all) < maxReplies {
			r.all[o.Seq] = o.Ready()
		}
	}
}

func (r *replies) take(seq uint64) (chat.Message, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m, ok := r.all[seq]
	delete(r.all, seq)
	return m, ok
}
