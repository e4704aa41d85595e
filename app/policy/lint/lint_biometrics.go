//go:build !js

package lint

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

// biometricWords name faces as what a person is recognised by.
var biometricWords = regexp.MustCompile(
	`(?i)人脸|人臉|刷脸|刷臉|面部|` +
		`\bfac(e|ial) (recognition|data|images?|features?|scans?)\b`)

// lintBiometrics finds recognition of faces that is the only way to do something. A permission, such as that for the
// camera, is needed for other uses too.
func (l *linter) lintBiometrics(at string, p *policy.Purpose) {
	texts := append(slices.Clone(p.Data), p.Name, p.Summary)
	namesFaces := func(t policy.Text) bool { return biometricWords.MatchString(l.original(t)) }
	isAboutFaces := slices.ContainsFunc(texts, namesFaces)
	if isAboutFaces && p.Kind != policy.KindPermission && l.original(p.Instead) == "" {
		l.warn(load.RuleBiometrics, at, fmt.Sprintf("purpose %s uses faces, and names no other way to do the same", p.ID),
			"Offer one, and say in instead what people do who refuse")
	}
}
