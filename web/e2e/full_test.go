//go:build full

package e2e

// isFullRun is whether the tests go through every combination of browsers, languages and windows.
const isFullRun = true
