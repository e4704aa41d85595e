package policy

// Closure announces the end of a service (PIPL 47). From the day after its last one nothing is granted any more: every
// consent has ended.
type Closure struct {
	Announced string `yaml:"announced"` // day of the announcement, YYYY-MM-DD
	LastDay   string `yaml:"last_day"`  // on which the service still runs, YYYY-MM-DD
	Text      Text   `yaml:"text"`      // why, what becomes of the information, and what people can do until then
}

// IsAnnounced reports whether the site says when it ends.
func (c Closure) IsAnnounced() bool { return c.LastDay != "" }
