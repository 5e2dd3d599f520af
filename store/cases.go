package store

import (
	"iter"

	"steadfast/bot/program"
)

func (t *tx) Case(no program.CaseNo) (program.Case, error) {
	return load[program.Case](t, casesTable, idOf(no))
}

func (t *tx) Cases() iter.Seq2[program.Case, error] {
	return all[program.Case](t, casesTable, nil, true)
}

func (t *tx) OpenCases() iter.Seq2[program.Case, error] {
	return listed[program.Case](t, casesTable, casesOpen, nil, false)
}

func (t *tx) PutCase(c *program.Case) error {
	if err := assign(t, casesTable, &c.No); err != nil {
		return err
	}
	listed, err := t.get(casesOpen, idOf(c.No))
	if err != nil {
		return err
	}
	switch {
	case c.Open() && listed == nil:
		err = t.put(casesOpen, idOf(c.No), nil)
	case !c.Open() && listed != nil:
		err = t.delete(casesOpen, idOf(c.No))
	}
	if err != nil {
		return err
	}
	return save(t, casesTable, idOf(c.No), *c)
}

// rotaKey is that of the only row of its table.
func rotaKey() key { return key("duty") }

func (t *tx) Rota() (program.Rota, error) {
	r, _, err := find[program.Rota](t, rotaTable, rotaKey())
	return r, err
}

func (t *tx) PutRota(r program.Rota) error { return save(t, rotaTable, rotaKey(), r) }

func (t *tx) AddHop(no program.CaseNo, h program.Hop) error {
	seq, err := t.next(hopsTable)
	if err != nil {
		return err
	}
	return save(t, hopsTable, idOf(no).id(seq), h)
}

func (t *tx) Hops(no program.CaseNo) iter.Seq2[program.Hop, error] {
	return all[program.Hop](t, hopsTable, idOf(no), false)
}
