CODE = """\
package shop

import (
	"fmt"
	str "strings"
	"example.com/shop/internal/stock"
)

// Limit is the most there may be.
const Limit = 3

const (
	// One is one.
	One = iota
	Two
)

var ErrClosed = errors.New("closed")

// Shop sells.
// It has more to say.
type Shop struct {
	Name  string
	stock map[string]int
}

type Opener interface {
	Open(name string) error
}

type Handler func(w Writer, r *Request)

// Open opens it.
func (s *Shop) Open(name string) error {
	local := 1
	const inner = 2
	return nil
}

func New[T any](name string, options ...Option) (*Shop, error) {
	return nil, nil
}
"""
DEFINES = [
    ("value", "Limit", "const Limit = 3", "Limit is the most there may be."),
    ("value", "One", "One = iota", "One is one."),
    ("value", "Two", "Two", ""),
    ("value", "ErrClosed", 'var ErrClosed = errors.New("closed")', ""),
    (
        "type",
        "Shop",
        "type Shop struct {\n\tName  string\n\tstock map[string]int\n}",
        "Shop sells.",
    ),
    ("field", "Shop.Name", "Name string", ""),
    ("field", "Shop.stock", "stock map[string]int", ""),
    ("type", "Opener", "type Opener interface {\n\tOpen(name string) error\n}", ""),
    ("function", "Opener.Open", "Open(name string) error", ""),
    ("type", "Handler", "type Handler func(w Writer, r *Request)", ""),
    ("function", "Shop.Open", "func (s *Shop) Open(name string) error", "Open opens it."),
    ("function", "New", "func New[T any](name string, options ...Option) (*Shop, error)", ""),
]
IMPORTS = [
    ("fmt", "", ""),
    ("strings", "", "str"),
    ("example.com/shop/internal/stock", "", ""),
]
