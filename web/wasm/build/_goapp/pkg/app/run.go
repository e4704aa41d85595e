package app

import (
	"context"
	"net/url"
	"strings"
)

// RunWhenOnBrowser mounts the component that is routed to the page's path in place of the body's first element, and
// runs it. It takes nothing else of the page: no click or history handler, no storage, no broadcast channel and no
// environment, so links stay links. A page without a route stays as it was served, which is better than "Not Found"
// over a form that works.
func RunWhenOnBrowser() {
	page := Window().URL()
	component, routed := routes.createComponent("/" + strings.TrimPrefix(page.Path, "/"))
	if !routed {
		Logf("no component is routed to %s", page.Path)
		return
	}

	e := &engine{
		FrameRate:      engineUpdateRate,
		ActionHandlers: actionHandlers,
		Page:           browserPage{resolveStaticResource: func(path string) string { return path }},
	}
	e.Body = newClientBody(e)
	e.init()
	window.setBody(e.Body)

	e.Mount(component)
	e.Nav(page)
	e.start(context.Background())
}

// navigateTo leaves the page. One page is one program here, so there is no route to switch to and no history to keep.
func navigateTo(_ Dispatcher, u *url.URL, _ bool) {
	Window().Get("location").Call("assign", u.String())
}
