package main

import (
	"cmp"
	"fmt"
	"net"
	"strings"
)

// defaultAddress is that of nod serve.
const defaultAddress = "127.0.0.1:8080"

// findAddress returns the address that nod serve will listen on, from its flags and its variable.
func findAddress(serveFlags []string, variable string) string {
	address := cmp.Or(variable, defaultAddress)
	for i, flag := range serveFlags {
		if value, hasValue := strings.CutPrefix(flag, "--addr="); hasValue {
			address = value
		}
		if flag == "--addr" && i+1 < len(serveFlags) {
			address = serveFlags[i+1]
		}
	}
	return address
}

// checkAddress reports an address on which a server cannot listen now.
func checkAddress(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("--addr: %w. Choose another: make run ARGS=\"--addr 127.0.0.1:8090\"", err)
	}
	return listener.Close()
}
