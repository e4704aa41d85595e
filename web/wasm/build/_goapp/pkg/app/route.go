package app

// regexpRoute stays empty: matching paths by pattern would link regexp (88 KB compressed) for routes that nobody has.
type regexpRoute struct{}

func (r *router) routeWithRegexp(pattern string, _ func() Composer) {
	panic("app: route " + pattern + ": this build matches whole paths only, use Route")
}

func (r *router) createComponent(path string) (Composer, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()

	newComponent, routed := r.routes[path]
	if !routed {
		return nil, false
	}
	return newComponent(), true
}
