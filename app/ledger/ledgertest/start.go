//go:build linux

package ledgertest

import "testing"

// Start returns SQLite and PostgreSQL for tests that kill neither, and the function for Run that starts PostgreSQL.
func Start() (Engines, func() (stop func() error, err error)) {
	var cluster *Postgres
	engines := Engines{
		"sqlite":   NewSQLite,
		"postgres": func(t testing.TB) string { return cluster.NewDatabase(t) },
	}
	return engines, func() (stop func() error, err error) {
		if cluster, err = StartPostgres("fsync=off"); err != nil {
			return nil, err
		}
		return cluster.Stop, nil
	}
}
