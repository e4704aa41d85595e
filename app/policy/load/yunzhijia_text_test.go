package load

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// sourceSum is the SHA-256 of the original policy's text as the company published it, without white space.
const sourceSum = "e769645c35c4907285545152085b0f579272e9bc7c41fb10d5ce8d8e35171f3c"

func TestFullTextIsTheSourceWordForWord(t *testing.T) {
	_, p := yunzhijia(t)
	text, _ := fullText(t, p)
	letters := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	sum := sha256.Sum256([]byte(letters))
	if got := hex.EncodeToString(sum[:]); got != sourceSum {
		t.Errorf("the text's SHA-256 is %s, the source's %s: a word was changed", got, sourceSum)
	}
}

func TestSectionsAreAnchorsOfTheFullText(t *testing.T) {
	_, p := yunzhijia(t)
	_, anchors := fullText(t, p)
	if len(p.Sections) != 8 {
		t.Errorf("%d sections, want the original's eight", len(p.Sections))
	}
	for _, s := range p.Sections {
		if !slices.Contains(anchors, s.ID) {
			t.Errorf("section %q is no anchor; there are %v", s.ID, anchors)
		}
	}
}

// The numbers of the original say how its headings nest: 一、 then （一） then 1、 and below it 1）.
func TestHeadingsHaveTheLevelsOfTheOriginal(t *testing.T) {
	_, p := yunzhijia(t)
	numbering := []*regexp.Regexp{ // by level, from 2
		2: regexp.MustCompile(`^[一二三四五六七八]、`), 3: regexp.MustCompile(`^[（(][一二三][）)] ?`), 4: regexp.MustCompile(`^\d、`),
	}
	level := 1
	for line := range strings.Lines(p.FullText["zh-CN"]) {
		marks, title, ok := strings.Cut(line, " ")
		if !ok || strings.Trim(marks, "#") != "" {
			continue
		}
		if before := level; len(marks) > before+1 {
			t.Errorf("%q skips from level %d to %d", title, before, len(marks))
		}
		level = len(marks)
		for want, number := range numbering {
			if number != nil && number.MatchString(title) && level != want {
				t.Errorf("%q has level %d; want %d", title, level, want)
			}
		}
		if regexp.MustCompile(`^\d+）`).MatchString(title) && level < 4 {
			t.Errorf("%q has level %d; want one below its parent", title, level)
		}
	}
}
