package consent

import (
	"encoding/binary"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/nod-consent/nod/app/policy"
)

// What two rules of the OWASP core rule set (4.28) look for in a cookie, in our words. 942440, of paranoia level 2,
// looks for the comments of SQL: two hyphens with another one after them. 930120, of level 1, looks for the names of
// hidden files in any case; these are the ones that a cookie's characters can spell. Rule numbers have more than this;
// the rest needs a slash, a blank or a second dot.
var (
	sqlComment = regexp.MustCompile(`--`)
	hiddenFile = regexp.MustCompile(`(?i)\.(?:` +
		`addressbook|ashrc|ash_h|bash_|bashrc|boto|condarc|coverage|credentials|csh_h|cshrc|curlrc|cvs|dbshell|digrc|` +
		`docker[ei]|ds_store|editorconfig|envrc|eslintignore|fbcindex|forward|ftpconfig|gemrc|` +
		`git(?:attr|conf|ign|keep|mod|-cred)|google_auth|hgignore|history|ht(?:acc|dig|pas)|irb_h|kotlinc_h|ksh_h|kshrc|` +
		`lesshst|lftprc|lhist|lighttpdp|lldb-h|lynx_c|mbsyncrc|msmtprc|myscms|mysql_h|nanorc|nano_h|netrc|node_r|` +
		`node-gyp|npmrc|nsconfig|nsr|offlineimaprc|oh-my-|password-s|pearrc|perldb|perl_r|perlhist|pgpass|php_h|pinerc|` +
		`plenv|prettierrc|proclog|procmailrc|profile|psql_h|python_h|rediscli_h|rhist|rhosts|rsync_|rustup|s3cfg|screenrc|` +
		`secrets|selected_e|sh_h|sqlite_h|sqlplus_|` +
		`svnignore|tcshrc|tcsh_h|terraformrc|viminfo|vimrc|vscode|wget-hsts|wgetrc|www_?acl|xauthority|yarnrc|` +
		`zhist|zsh_h|zshenv|zshrc)`)
)

// decideFirst makes the first decision of random bytes at a time.
func decideFirst(t *testing.T, random [64]byte, at time.Time, form Form) Outcome {
	t.Helper()
	answers := map[string]State{}
	for _, p := range form.Purposes {
		answers[p.ID] = Granted
	}
	o, ok := Decide(form, Intent{Action: Save, Answers: answers}, Client{Now: at, Random: random, Platform: policy.Web})
	if !ok {
		t.Fatal("no decision")
	}
	return o
}

// FuzzTheCookieLooksLikeNoAttack makes cookies of any random bytes at any time before 2064.
func FuzzTheCookieLooksLikeNoAttack(f *testing.F) {
	hyphens := slices.Repeat([]byte{0xfb, 0xef, 0xbe}, 30) // base64url has nothing but hyphens
	f.Add(hyphens, int64(0xfbefbefbefbe), "analytics")
	f.Add([]byte("\x71\x5b\xab"), int64(1_790_000_000_000), "a") // cvur
	f.Fuzz(func(t *testing.T, seed []byte, ms int64, content string) {
		var random [64]byte
		for i := range random {
			if len(seed) > 0 {
				random[i] = seed[i%len(seed)]
			}
		}
		first, last := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2063, 12, 31, 0, 0, 0, 0, time.UTC)
		at := first.Add(time.Duration(uint64(ms)%uint64(last.Sub(first).Milliseconds())) * time.Millisecond)
		p := policy.Purpose{ID: "p", Summary: policy.Text{"en": content}}
		asker := policy.Asker{Site: "shop", Language: "en"}
		form := Form{GrantedDays: 365, DeniedDays: 184, Purposes: []Item{{ID: "p", Hash: p.Hash(asker)}}}
		for len(form.Purposes) < 40 {
			next := form.Purposes[len(form.Purposes)-1]
			form.Purposes = append(form.Purposes, Item{ID: "p" + next.ID, Hash: next.Hash.OfService("s")})
			if len(next.ID) > 30 {
				break
			}
		}
		o := decideFirst(t, random, at, form)
		value := EncodeCookie(o.Stored)
		for _, text := range []string{value, o.Secret} {
			if sqlComment.MatchString(text) || hiddenFile.MatchString(text) {
				t.Errorf("%s looks like an attack: %s", text, hiddenFile.FindString(text))
			}
		}
		checkIDs(t, o, at)
	})
}

// checkIDs checks that the ids are still of their versions, and in the order of time.
func checkIDs(t *testing.T, o Outcome, at time.Time) {
	t.Helper()
	id, subject := o.Decision.ID, o.Decision.Subject
	if id.Version() != 7 || id.Variant() != uuid.RFC4122 || subject.Version() != 4 || subject.Variant() != uuid.RFC4122 {
		t.Errorf("decision %s of subject %s", id, subject)
	}
	if got := DecidedAt(id); got.Before(at) || got.After(at.Add(5*time.Hour)) {
		t.Errorf("the decision of %s is of %s", at, got)
	}
	if !ValidSecret(o.Secret) {
		t.Errorf("secret %q", o.Secret)
	}
	if s, err := DecodeCookie(EncodeCookie(o.Stored)); err != nil || s.Subject != subject || s.Decision != id {
		t.Errorf("read as %+v: %v", s, err)
	}
}

func TestIDsAreMadeAsInTheVectors(t *testing.T) {
	var v struct {
		About               string
		Subjects, Decisions []struct {
			Name, Random, Value string
			Ms                  int64
		}
	}
	readVectors(t, "ids.json", &v)
	atLeast(t, "ids.json", len(v.Subjects)+len(v.Decisions), 8)
	for i, c := range slices.Concat(v.Subjects, v.Decisions) {
		bytes, err := hex.DecodeString(c.Random)
		if err != nil {
			t.Fatal(err)
		}
		var random [64]byte
		copy(random[:], bytes)
		copy(random[16:], bytes)
		o := decideFirst(t, random, time.UnixMilli(c.Ms), Form{Purposes: []Item{{ID: "p", Hash: "PPPPPP"}}})
		got := encodeUUID(o.Decision.ID)
		if i < len(v.Subjects) {
			got = encodeUUID(o.Decision.Subject)
		}
		if got != c.Value {
			t.Errorf("%s: %s; want %s", c.Name, got, c.Value)
		}
	}
}

// The names of hidden files that ids can begin with are those that the firewall knows.
func TestTheNamesThatPolicyRefusesAreThoseOfTheFirewall(t *testing.T) {
	for _, id := range strings.Fields("addressbook cvs forward gitignore oh-my-mail nsr vscode history profile zshrc") {
		if policy.FindHostileName(id) == "" || !hiddenFile.MatchString("."+id) {
			t.Errorf("%s: policy refuses %q, the firewall %v", id, policy.FindHostileName(id), hiddenFile.MatchString("."+id))
		}
	}
	for _, id := range strings.Fields("analytics seasonal functional account-memory git env mail") {
		if policy.FindHostileName(id) != "" || hiddenFile.MatchString("."+id) {
			t.Errorf("%s is refused", id)
		}
	}
}

func TestTheCookieLeavesOutIDsWithTwoHyphens(t *testing.T) {
	s := Stored{Answers: []Answer{{ID: "a--b", Hash: "AAAAAA", State: Denied}, {ID: "c", Hash: "CCCCCC", State: Granted}}}
	if value := EncodeCookie(s); strings.Contains(value, "--") || !strings.HasSuffix(value, ".dAAAAAA.gCCCCCC") {
		t.Errorf("written as %s", value)
	}
}

// patternOfMs returns a time whose base64url begins with these eight characters.
func patternOfMs(t *testing.T, text string) int64 {
	t.Helper()
	b := [8]byte{}
	id, ok := decodeUUID(text+"cACAAAAAAAAAAA", 7)
	if !ok {
		t.Fatalf("%s is no time", text)
	}
	copy(b[2:], id[:6])
	return int64(binary.BigEndian.Uint64(b[:]))
}

func TestHyphensNeverMakeADecisionOlder(t *testing.T) {
	for text, want := range map[string]string{
		"Aa------": "Aa-_-_-_", "Aa--AAAA": "Aa-_AAAA", "AaAAAA--": "AaAAAA-_", "AaA---AA": "AaA-_-AA",
		"AaAAAAA-": "AaAAAAA-",
	} {
		ms := patternOfMs(t, text)
		o := decideFirst(t, [64]byte{}, time.UnixMilli(ms), Form{Purposes: []Item{{ID: "p", Hash: "PPPPPP"}}})
		if got := encodeUUID(o.Decision.ID)[:8]; got != want || DecidedAt(o.Decision.ID).UnixMilli() < ms {
			t.Errorf("%s becomes %s; want %s", text, got, want)
		}
	}
}
