package site

import (
	_ "embed"
	"html/template"
	"io/fs"
)

//go:embed head.html
var headHTML string

var headTemplates = template.Must(template.New("head.html").Parse(headHTML))

// PageHead is what each of our pages begins with.
type PageHead struct {
	Language, Direction string
	Title               string
	CSS, Icon           string // addresses
	Policy              string // Content-Security-Policy; "" for a page that comes with one as a header
}

// ParsePages parses templates of pages, which can use the template "head".
func ParsePages(files fs.FS, patterns ...string) *template.Template {
	return template.Must(template.Must(headTemplates.Clone()).ParseFS(files, patterns...))
}
