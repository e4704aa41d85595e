package web_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
)

// C-20: a line for each of the policy's entries, with everything that it states.
func TestAListIsDownloadedAsATable(t *testing.T) {
	s := shared(t)
	read := func(address string) [][]string {
		t.Helper()
		r := s.get(address).is(http.StatusOK)
		if got := r.Header.Get("Content-Type"); got != "text/csv; charset=utf-8" {
			t.Errorf("%s: is %s", address, got)
		}
		text, hasMark := strings.CutPrefix(string(r.body), "\ufeff")
		if !hasMark {
			t.Errorf("%s: Excel would not read it as UTF-8", address)
		}
		lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		return lines
	}
	all := read("/yunzhijia/lists/sdks.csv?lang=zh-CN")
	if n := len(all); n != 1+30 {
		t.Errorf("%d lines; want a head and 30", n)
	}
	if got := strings.Join(all[0], " "); got != "名称 标签 提供方 用途 隐私政策 信息种类 使用场景 收集方式 官网" {
		t.Errorf("the head is %q", got)
	}
	if got := all[1]; got[0] != "高德地图SDK" || got[1] != "Android" || got[4] != "https://lbs.amap.com/pages/privacy" ||
		!strings.HasPrefix(got[5], "设备标识符（如Android ID") {
		t.Errorf("the first line is %q", got)
	}
	if n := len(read("/yunzhijia/lists/sdks.csv?lang=en&platform=ios&only=gaps")); n != 1+1 {
		t.Errorf("%d lines of gaps on iOS; want a head and 1", n)
	}
	for _, line := range read("/hostile/lists/sdks.csv?lang=en") {
		for _, cell := range line {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("a spreadsheet takes %q for a formula", cell)
			}
		}
	}
	s.get("/yunzhijia/lists/others.csv").problem(http.StatusNotFound, "unknown-list")
	s.get("/example/lists/sdks.csv").problem(http.StatusNotFound, "unknown-list")
}
