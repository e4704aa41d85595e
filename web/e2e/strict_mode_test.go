package e2e

import "testing"

func TestStrictModeBlocksWhatThePolicyDoesNotName(t *testing.T) {
	file := stage.File("text/plain", "here")
	tab := open(t, stage.Address(Page{Site: strictSite, Before: `<script>
		document.cookie = "old=1;path=/";
		localStorage.setItem("old", 1);
		sessionStorage.setItem("old", 1);
		caches.open("old");
		indexedDB.open("old").onsuccess = (e) => e.target.result.close();
	</script>`}))
	tab.expectMessages("blob:nod")
	tab.wait(visible(banner))
	tab.run(`window.seen = []; nod.on("blocked", (d) => seen.push([d.by, d.purpose, d.host || d.key].join(" ")))`)
	tab.run(`
		window.mine = await fetch("` + file + `").then((r) => r.text());
		window.theirs = await fetch("` + stage.Abroad + file + `").then((r) => r.text(), (e) => e.name);
		for (const name of ["stray", "_yzj_id", "yzj_session"]) document.cookie = name + "=1;path=/";
		localStorage.setItem("stray", 1);
		localStorage.setItem("yzj.stats.a", 1);
		sessionStorage.setItem("stray", 1);
		window.db = (() => { try { indexedDB.open("stray"); return "opened" } catch (e) { return e.name } })();
		window.store = await caches.open("stray").then(() => "opened", (e) => e.name);
		window.jar = await cookieStore.set("stray", 1).then(() => "set", (e) => e.name)`)
	tab.check(`mine == "here" && theirs == "TypeError" && db == "SecurityError" && store == "SecurityError" &&
		jar == "SecurityError"`)
	const want = "fetch  www.abroad.localhost,cookie  stray,cookie analytics _yzj_id,local  stray," +
		"local analytics yzj.stats.a,session  stray,indexeddb  stray,cache  stray,cookie  stray"
	if got := eval[string](tab.view, `seen.join()`); got != want {
		t.Errorf("reported: %s", got)
	}
	tab.check(`!/stray|_yzj_id/.test(document.cookie) && document.cookie.includes("yzj_session=1") &&
		!localStorage.getItem("stray") && !sessionStorage.getItem("stray")`)
	tab.wait(`!/old/.test(document.cookie) && !localStorage.getItem("old") && !sessionStorage.getItem("old")`)
	tab.wait(`(async () => !(await caches.has("old")) && !(await indexedDB.databases()).some((d) => d.name == "old"))()
		.then((isGone) => window.isGone = isGone) && window.isGone`)
	// Links that load nothing stay as they are.
	tab.run(`const l = document.createElement("link");
		l.rel = "canonical";
		l.href = "https://elsewhere.example/";
		document.head.append(l);
		document.body.insertAdjacentHTML("beforeend", '<link rel="alternate" href="https://elsewhere.example/">')`)
	tab.check(`[...document.querySelectorAll("link[href*=elsewhere]")].length == 2`)
	checkStrictModeAfterGrant(tab)
}

// The page asks for something while the tag is still at work.
func TestInStrictModeAPageHearsOfTheStateBeforeWhatIsBlocked(t *testing.T) {
	tab := open(t, stage.Address(Page{Site: strictSite, Before: `<script>
		window.order = [];
		for (const name of ["ready", "blocked"]) document.addEventListener("nod:" + name, () => order.push(name));
		const add = addEventListener;
		window.addEventListener = (type, ...all) => {
			if (type == "auxclick") fetch("` + stage.Abroad + `/stray").catch(() => {});
			add.call(window, type, ...all);
		};
	</script>`}))
	tab.expectMessages("blob:nod")
	tab.wait(visible(banner))
	tab.wait(`order.join() == "ready,blocked"`)
}

// checkStrictModeAfterGrant checks that the policy's storage is allowed after a grant and cleared after a withdrawal.
func checkStrictModeAfterGrant(tab *Tab) {
	tab.Helper()
	tab.run(`nod.acceptAll(); document.cookie = "_yzj_id=1;path=/"; localStorage.setItem("yzj.stats.a", 1)`)
	tab.check(`document.cookie.includes("_yzj_id=1") && localStorage.getItem("yzj.stats.a") == 1 &&
		document.cookie.includes("nod=")`)
	tab.run(`const f = document.body.appendChild(document.createElement("iframe"));
		f.contentWindow.localStorage.setItem("yzj.stats.b", 1)`)
	tab.check(`localStorage.getItem("yzj.stats.b") == 1`)

	tab.run(`nod.withdraw()`)
	tab.wait(`!/_yzj_id/.test(document.cookie) && !localStorage.getItem("yzj.stats.a") &&
		document.cookie.includes("yzj_session=1")`)
}

func TestStrictModeFollowsTheRelationOfLinks(t *testing.T) { // C-12
	tab := open(t, stage.Address(Page{Site: strictSite}))
	tab.expectMessages("blob:nod")
	tab.wait(visible(banner))
	tab.run(`const put = (rel, href) => {
			const l = Object.assign(document.createElement("link"), { rel, href });
			document.head.append(l);
			return l;
		};
		put("canonical", "` + stage.Abroad + `/relation1").rel = "stylesheet";
		put("next", "` + stage.Abroad + `/relation2").setAttribute("REL", "stylesheet");
		put("next", "` + stage.Abroad + `/relation3").rel = "prev"`)
	tab.waitUntilIdle()
	if all := stage.host.requests("/relation"); len(all) > 0 {
		t.Errorf("links that became style sheets were loaded: %q", all)
	}
	tab.check(`[...document.querySelectorAll("link")].pop().attributes.href.value.startsWith("http")`)
}

func TestStrictModeKnowsWhichCookiesAreRemoved(t *testing.T) { // C-01
	tab := open(t, stage.Address(Page{Site: strictSite}))
	tab.wait(visible(banner))
	tab.run(`document.cookie = "stray1=1;max-age=-1;max-age=1000";
		document.cookie = "stray2=1;max-age=0;max-age=abc;expires=Fri, 01 Jan 2100 00:00:00 GMT";
		document.cookie = "stray3=1;expires=Thu, 01 Jan 1970 00:00:00 GMT;expires=Fri, 01 Jan 2100 00:00:00 GMT";
		document.cookie = "stray4=;max-age=1000;expires=Thu, 01 Jan 1970 00:00:00 GMT";
		document.cookie = "stray5=max-age=0"`)
	tab.check(`!document.cookie.includes("stray")`)
}
