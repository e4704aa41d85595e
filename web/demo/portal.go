package demo

// portalPage is what portal.html takes.
type portalPage struct {
	page
	Apps  []portalApp
	Tasks []portalTask
}

// portalApp is an app of the portal, with the name of its icon.
type portalApp struct{ Icon, Name string }

// portalTask is something that waits for the person's approval.
type portalTask struct{ Tint, Initial, Title, Text, Value string }

func newPortalPage(p page) portalPage {
	made := portalPage{page: p}
	for _, a := range []struct{ icon, chinese, english string }{
		{"pin", "签到", "Clock in"}, {"shield", "审批", "Approvals"}, {"calendar", "日程", "Calendar"},
		{"camera", "会议", "Meetings"}, {"folder", "云盘", "Drive"}, {"chart", "报表", "Reports"},
		{"people", "通讯录", "Contacts"}, {"mail", "邮箱", "Mail"},
	} {
		name := a.english
		if p.IsChinese {
			name = a.chinese
		}
		made.Apps = append(made.Apps, portalApp{a.icon, name})
	}
	if p.IsChinese {
		made.Tasks = []portalTask{
			{"a1", "王", "差旅报销", "王芳 · 上海出差三天", "¥2,480.00"},
			{"a2", "陈", "年假申请", "陈杰 · 12月1日至3日", "3 天"},
			{"a3", "法", "采购合同", "法务部 · 待会签", "¥86,000.00"},
		}
	} else {
		made.Tasks = []portalTask{
			{"a1", "WF", "Travel expenses", "Wang Fang · three days in Shanghai", "¥2,480.00"},
			{"a2", "CJ", "Annual leave", "Chen Jie · 1 to 3 December", "3 days"},
			{"a3", "L", "Purchase contract", "Legal · to sign", "¥86,000.00"},
		}
	}
	return made
}
