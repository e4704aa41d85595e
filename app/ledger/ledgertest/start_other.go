//go:build !linux

package ledgertest

// Start returns SQLite alone: PostgreSQL is tested on Linux.
func Start() (Engines, func() (stop func() error, err error)) {
	none := func() error { return nil }
	return Engines{"sqlite": NewSQLite}, func() (stop func() error, err error) { return none, nil }
}
