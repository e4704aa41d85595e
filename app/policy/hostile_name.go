package policy

import "strings"

// FindHostileName returns what in an id a firewall with the OWASP core rule set takes for an attack, or "". The ids of
// purposes and services are in the cookie, each after a dot. There a word that begins like a hidden file of Unix is
// refused by rule 930120, and two hyphens by rule 942440 (4.28; older ones have fewer words).
func FindHostileName(id string) string {
	if strings.Contains(id, "--") {
		return "--"
	}
	for _, name := range hiddenFiles {
		if strings.HasPrefix(id, name) {
			return "." + name
		}
	}
	return ""
}

// hiddenFiles are files that programs keep in a home directory or a project, without their dot, as far as an id can
// begin like them. They are by kind: shells and their histories, tools, secrets, version control, others.
var hiddenFiles = []string{
	"ashrc", "bashrc", "cshrc", "history", "kshrc", "lesshst", "lhistory", "profile", "tcshrc", "zhistory", "zshenv",
	"zshrc", "perldb", "perlhistory",

	"boto", "condarc", "curlrc", "digrc", "editorconfig", "envrc", "eslintignore", "gemrc", "lftprc", "lldb-history",
	"mbsyncrc", "msmtprc", "nanorc", "node-gyp", "npmrc", "nsconfig", "nsr", "offlineimaprc", "oh-my-", "pearrc",
	"pinerc", "plenv", "prettierrc", "procmailrc", "proclog", "rustup", "s3cfg", "screenrc", "terraformrc", "viminfo",
	"vimrc", "vscode", "wget-hsts", "wgetrc", "yarnrc",

	"credentials", "dbshell", "htaccess", "htdigest", "htpasswd", "lighttpdpassword", "netrc", "password-store",
	"pgpass", "rhosts", "secrets", "xauthority",

	"cvs", "gitattributes", "git-credentials", "gitconfig", "gitignore", "gitkeep", "gitmodules", "hgignore",
	"svnignore",

	"addressbook", "coverage", "dockerenv", "dockerignore", "fbcindex", "forward", "ftpconfig", "myscmserverinfo",
	"wwwacl",
}
