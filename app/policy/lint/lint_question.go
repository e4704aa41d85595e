//go:build !js

package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/nod-consent/nod/app/policy"
	"github.com/nod-consent/nod/app/policy/load"
)

var (
	// itemBreaks stand between the kinds of data in a list of SDKs.
	itemBreaks = regexp.MustCompile(`[、，,；;。（）()]|\band\b`)
	// itemStarts stand before examples.
	itemStarts = regexp.MustCompile(`(?i)^\s*(such as|for example|including|例如|比如|如)\s*`)
	// noData matches an SDK that collects nothing.
	noData = regexp.MustCompile(`(?i)^(无|没有|none|nothing|no (personal )?(data|information))`)
)

// lintQuestion finds kinds of data that an SDK takes, and that the question of its purpose does not name: a person
// would grant less than what happens.
func (l *linter) lintQuestion(at, name string, s policy.SDK) {
	purpose := l.policy.Purpose(s.Purpose)
	data := l.original(s.Data)
	if purpose == nil || noData.MatchString(data) {
		return
	}
	var asked strings.Builder
	for _, d := range purpose.Data {
		asked.WriteString(squeeze(l.original(d)) + "\n")
	}
	var missing []string
	for _, item := range itemBreaks.Split(data, -1) {
		item = strings.TrimSpace(itemStarts.ReplaceAllString(item, ""))
		if item != "" && !strings.Contains(asked.String(), squeeze(item)) && !slices.Contains(missing, item) {
			missing = append(missing, item)
		}
	}
	if len(missing) > 0 {
		l.warn(load.RuleNotice, at+".data", fmt.Sprintf("%s takes %s, which the question of purpose %s does not name",
			name, strings.Join(missing, ", "), purpose.ID), "Add it to the purpose's data")
	}
}

// devicePermissions are words for the permissions of a phone's system.
var devicePermissions = []*regexp.Regexp{
	regexp.MustCompile(`(?i)相机|摄像头|\bcamera`), regexp.MustCompile(`(?i)相册|图片库|\bphotos?\b|\balbum`),
	regexp.MustCompile(`(?i)麦克风|\bmicrophone`), regexp.MustCompile(`(?i)日历|\bcalendar`),
	regexp.MustCompile(`(?i)位置|定位|\blocation`), regexp.MustCompile(`(?i)电话状态|\bphone state`),
	regexp.MustCompile(`(?i)存储|\bstorage`), regexp.MustCompile(`(?i)后台运行|自启动|\bbackground`),
	regexp.MustCompile(`(?i)应用列表|安装列表|\blist of (installed )?apps`), regexp.MustCompile(`(?i)通讯录|联系人|\bcontacts\b`),
	regexp.MustCompile(`(?i)蓝牙|\bbluetooth`), regexp.MustCompile(`(?i)悬浮窗|\bfloating window`),
	regexp.MustCompile(`(?i)短信|\bSMS\b`), regexp.MustCompile(`(?i)通话记录|\bcall log`),
	regexp.MustCompile(`(?i)身体传感器|\bbody sensors?`), regexp.MustCompile(`(?i)剪贴板|\bclipboard`),
}

var (
	sentences   = regexp.MustCompile(`[。；;\n]|\.\s`)
	permissions = regexp.MustCompile(`(?i)权限|permission`)
)

// lintClaimedPermissions finds a permission that the full text names, and the register does not have.
func (l *linter) lintClaimedPermissions() {
	if len(l.policy.Permissions) == 0 {
		return
	}
	var registered strings.Builder
	for _, p := range l.policy.Permissions {
		registered.WriteString(l.original(p.Name) + "\n")
	}
	text := l.original(l.policy.FullText)
	for _, words := range devicePermissions {
		if words.MatchString(registered.String()) {
			continue
		}
		for _, sentence := range sentences.Split(text, -1) {
			if found := words.FindString(sentence); found != "" && permissions.MatchString(sentence) {
				l.note(load.RuleRegister, "$.permissions",
					fmt.Sprintf("the full text names the permission %s, which permissions does not have", found),
					"Add it, with its use and what refusing costs")
				break
			}
		}
	}
}
