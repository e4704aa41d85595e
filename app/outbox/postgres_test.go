//go:build linux

package outbox

import (
	"testing"

	"github.com/nod-consent/nod/app/ledger/ledgertest"
)

// cluster is the cluster of this run; TestMain starts it.
var cluster *ledgertest.Postgres

func init() {
	testEngines["postgres"] = func(t testing.TB) string { return cluster.NewDatabase(t) }
	startEngines = func() (stop func() error, err error) {
		if cluster, err = ledgertest.StartPostgres("fsync=off"); err != nil {
			return nil, err
		}
		return cluster.Stop, nil
	}
}
