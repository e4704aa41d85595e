//go:build !full

package e2e

// isFullRun is whether the tests go through every combination of browsers, languages and windows. Without it each rule
// has one representative of each kind, and the tests stay short enough to run all day.
const isFullRun = false
