package policy

// Kind is what a purpose is about.
type Kind string

// The kinds of purposes.
const (
	KindCookie     Kind = "cookie"
	KindBeacon     Kind = "beacon"
	KindPermission Kind = "permission"
	KindSharing    Kind = "sharing"
	KindSensitive  Kind = "sensitive"
	KindMessaging  Kind = "messaging"
)

// Icon is the name of a drawing beside a purpose.
type Icon string

// Icons lists all icons.
var Icons = []Icon{
	"bell", "book", "box", "calendar", "camera", "chart", "eye", "face", "folder", "globe", "id", "list", "lock", "mail",
	"mic", "page", "pen", "people", "phone", "photo", "pin", "share", "shield", "sliders", "user",
}
