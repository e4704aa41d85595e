//go:build !js

package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"
)

// initWords are what the command says, in one language.
type initWords struct {
	language string // default of the site

	intro, site, name, languages, origins, layout, colour string // questions
	noColour                                              string
	next                                                  string // what to do next, a format
}

var englishWords = initWords{
	language: "en",
	intro: "This makes a small site to start from. Press Enter for what is in brackets. " +
		"You can change all of it later.\n",
	site: "Short name, for addresses and the directory",
	name: "What visitors call the site",
	languages: "Languages, the first is the default (" + strings.Join(listStarterLanguages(), ", ") +
		"; separate with spaces)",
	origins:  "Origins of your pages",
	layout:   "Where the banner is (" + strings.Join(layouts, ", ") + ")",
	colour:   "Accent colour, such as #0a6b4f",
	noColour: "blue",
	next: `
What to do next (the company, its addresses and partners are invented):

1. Serve the site, and leave this running:
    %[1]s
2. Put it on a page, for example of %[5]s, and tag what needs consent:
    <script src="%[2]s/%[3]s/consent.js" crossorigin></script>
    <script type="text/plain" data-category="statistics" data-src="/stats.js"></script>
3. Write your own texts in %[4]s.
   Browsers cache the script for five minutes: while you write, reload with the cache off.

Step by step: %[2]s/docs/quick-start
`,
}

var chineseWords = initWords{
	language: "zh-CN",
	intro:    "现在新建一个小站点。直接按回车采用方括号里的内容，以后都可以改。\n",
	site:     "简称，用于网址和目录",
	name:     "访客看到的网站名称",
	languages: "语言，第一种是默认语言（" + strings.Join(listStarterLanguages(), "、") +
		"，用空格隔开）",
	origins:  "网页的来源",
	layout:   "横幅的位置（bar 底部横条、box 角落方框、centre 居中）",
	colour:   "强调色，例如 #0a6b4f",
	noColour: "蓝色",
	next: `
接下来（公司、地址和合作方都是虚构的）：

1. 启动服务器，不要关闭：
    %[1]s
2. 加到页面上，例如 %[5]s 的页面，并标记需要同意的内容：
    <script src="%[2]s/%[3]s/consent.js" crossorigin></script>
    <script type="text/plain" data-category="statistics" data-src="/stats.js"></script>
3. 在 %[4]s 里写上自己的文字。
   浏览器会把脚本缓存五分钟，修改时请停用缓存后刷新。

一步一步的说明：%[2]s/docs/zh-CN/quick-start
`,
}

// chooseInitWords chooses the language of the system. Many servers have none (the locale C): then the first language of
// the site is the best guess.
func chooseInitWords(languages []string) initWords {
	locale := cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"), "C")
	if name, _, _ := strings.Cut(locale, "."); (name == "C" || name == "POSIX") && len(languages) > 0 {
		locale = languages[0]
	}
	if strings.HasPrefix(strings.ToLower(locale), "zh") {
		return chineseWords
	}
	return englishWords
}

// isTerminal says whether a person is at the other end.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// questioner asks a person for the options that the flags leave out.
type questioner struct {
	in    *bufio.Scanner
	out   io.Writer
	words initWords
}

func newQuestioner(in io.Reader, out io.Writer, words initWords) *questioner {
	return &questioner{bufio.NewScanner(in), out, words}
}

func (q *questioner) ask(o *initOptions) error {
	fmt.Fprintln(q.out, q.words.intro)
	defaults := initOptions{dir: cmp.Or(o.dir, "shop"), name: o.name}.withDefaults(q.words)
	one := func(value *string, question, usual string, check func(string) error) error {
		if *value != "" {
			return nil
		}
		answer, err := q.askUntil(question, usual, check)
		if answer != q.words.noColour {
			*value = answer
		}
		return err
	}
	list := func(value *[]string, question string, usual []string, check func([]string) error) error {
		if len(*value) > 0 {
			return nil
		}
		_, err := q.askUntil(question, strings.Join(usual, " "), func(answer string) error {
			*value = splitList(answer)
			return check(*value)
		})
		return err
	}
	if err := one(&o.dir, q.words.site, "shop", checkSiteID); err != nil {
		return err
	}
	defaults.name = initOptions{dir: filepath.Clean(o.dir), name: o.name}.withDefaults(q.words).name
	if err := one(&o.name, q.words.name, defaults.name, noCheck); err != nil {
		return err
	}
	if err := list(&o.languages, q.words.languages, defaults.languages, checkLanguages); err != nil {
		return err
	}
	if err := list(&o.origins, q.words.origins, defaults.origins, checkOrigins); err != nil {
		return err
	}
	if err := one(&o.layout, q.words.layout, defaults.layout, checkLayout); err != nil {
		return err
	}
	return one(&o.colour, q.words.colour, q.words.noColour, func(answer string) error {
		if answer == q.words.noColour {
			return nil
		}
		return checkColour(answer)
	})
}

func noCheck(string) error { return nil }

// askUntil asks until the answer is right. An empty answer is the usual one. At the end of the input, nothing is
// written.
func (q *questioner) askUntil(question, usual string, check func(string) error) (string, error) {
	for {
		fmt.Fprintf(q.out, "%s [%s]: ", question, usual)
		if !q.in.Scan() {
			fmt.Fprintln(q.out)
			return "", errStopped
		}
		answer := cmp.Or(strings.TrimSpace(q.in.Text()), usual)
		err := check(answer)
		if err == nil {
			return answer, nil
		}
		fmt.Fprintf(q.out, "  %v\n", err)
	}
}

// splitList splits an answer at spaces and commas, the Chinese ones too.
func splitList(answer string) []string {
	return strings.FieldsFunc(answer, func(r rune) bool { return strings.ContainsRune(" ,，、", r) })
}
