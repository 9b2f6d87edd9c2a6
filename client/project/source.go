package project

import (
	"bytes"
	"context"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/sync/errgroup"
)

// source is what one Go file says, as far as the preflight asks. Syntax trees
// are dropped at once: they are large.
type source struct {
	path, dir, pkg string
	test           bool
	methods        []method
	structs        map[string][]embedded
	// tests are the test functions, fuzz targets among them.
	tests int
	// integration is a build tag or a name that says integration test.
	integration bool
	// main is that the file has the main function of a program.
	main bool
	// broken is why it does not parse; unformatted is that gofmt would change
	// it.
	broken      string
	unformatted bool
}

// method is a method with the names of its types, without those of packages:
// people import packages under many names.
type method struct {
	receiver, name, signature string
	line                      int
}

// embedded is a type within a struct, whose methods the struct has too.
type embedded struct {
	// from is the path of the package; "" is the same one.
	from, name string
}

// sources reads all Go files of a project, several at a time.
func (t *tree) sources(ctx context.Context) []source {
	var names []string
	for _, name := range t.files {
		if strings.HasSuffix(name, ".go") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	texts := make([]string, len(names))
	total := 0
	for i, name := range names {
		text, found, err := t.read(name, maxGoFile)
		if !found || err != nil || total+len(text) > maxGoBytes {
			t.leaveOut(strconv.Quote(name) + " is too large or cannot be read")
			continue
		}
		texts[i] = text
		total += len(text)
	}
	all := make([]source, len(names))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		group.Go(func() error {
			if texts[i] != "" && ctx.Err() == nil {
				all[i] = readSource(name, texts[i])
			}
			return nil
		})
	}
	_ = group.Wait() // nothing fails
	return slices.DeleteFunc(all, func(s source) bool { return s.path == "" })
}

// integrationTag finds a build constraint that asks for integration tests.
var integrationTag = regexp.MustCompile(`(?m)^//go:build .*\b(integration|e2e)\b`)

// readSource reads one file.
func readSource(name, text string) source {
	s := source{path: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go")}
	base := path.Base(name)
	s.integration = s.test && (strings.Contains(base, "integration") || strings.Contains(base, "e2e") || integrationTag.MatchString(text))
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, base, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		s.broken = err.Error()
	}
	if file == nil {
		return s
	}
	s.pkg = file.Name.Name
	if s.broken == "" && !ast.IsGenerated(file) {
		formatted, err := format.Source([]byte(text))
		s.unformatted = err == nil && !bytes.Equal(formatted, []byte(text))
	}
	imports := importPaths(file)
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			s.function(d, files)
		case *ast.GenDecl:
			s.types(d, imports)
		}
	}
	return s
}

// importPaths are the imported packages by the names that the file has for
// them.
func importPaths(file *ast.File) map[string]string {
	paths := map[string]string{}
	for _, spec := range file.Imports {
		from, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		prefix, _, ok := module.SplitPathVersion(from)
		if !ok {
			prefix = from
		}
		name := path.Base(prefix)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		paths[name] = from
	}
	return paths
}

func (s *source) function(d *ast.FuncDecl, files *token.FileSet) {
	name := d.Name.Name
	if d.Recv == nil {
		s.main = s.main || name == "main" && s.pkg == "main" && !s.test
		if s.test && isTest(name, d.Type) {
			s.tests++
		}
		return
	}
	if len(d.Recv.List) != 1 || s.test {
		return
	}
	receiver := baseName(d.Recv.List[0].Type)
	if receiver == "" {
		return
	}
	s.methods = append(s.methods, method{receiver: receiver, name: name, signature: signature(d.Type), line: files.Position(d.Pos()).Line})
}

// isTest is what go test takes for a test: a name, and one parameter.
func isTest(name string, t *ast.FuncType) bool {
	if t.Params.NumFields() != 1 {
		return false
	}
	for _, prefix := range []string{"Test", "Fuzz"} {
		rest, ok := strings.CutPrefix(name, prefix)
		if ok && (rest == "" || rest[0] < 'a' || rest[0] > 'z') {
			return typeText(t.Params.List[0].Type) == map[string]string{"Test": "*T", "Fuzz": "*F"}[prefix]
		}
	}
	return false
}

// types notes the structs of a declaration and what they embed.
func (s *source) types(d *ast.GenDecl, imports map[string]string) {
	for _, spec := range d.Specs {
		declared, ok := spec.(*ast.TypeSpec)
		if !ok || s.test {
			continue
		}
		body, ok := declared.Type.(*ast.StructType)
		if !ok {
			continue
		}
		if s.structs == nil {
			s.structs = map[string][]embedded{}
		}
		var within []embedded
		for _, field := range body.Fields.List {
			if len(field.Names) > 0 {
				continue
			}
			e := embedded{name: baseName(field.Type)}
			if selector, ok := baseOf(field.Type).(*ast.SelectorExpr); ok {
				if pkg, ok := selector.X.(*ast.Ident); ok {
					e.from = imports[pkg.Name]
				}
			}
			within = append(within, e)
		}
		s.structs[declared.Name.Name] = within
	}
}

// baseOf takes pointers, parentheses and type arguments off a type.
func baseOf(e ast.Expr) ast.Expr {
	for {
		switch t := e.(type) {
		case *ast.StarExpr:
			e = t.X
		case *ast.ParenExpr:
			e = t.X
		case *ast.IndexExpr:
			e = t.X
		case *ast.IndexListExpr:
			e = t.X
		default:
			return e
		}
	}
}

// baseName is the name of a type without all that surrounds it, or "".
func baseName(e ast.Expr) string {
	switch t := baseOf(e).(type) {
	case *ast.Ident:
		return t.Name
	case *ast.SelectorExpr:
		return t.Sel.Name
	default:
		return ""
	}
}

// signature writes the types of a function: "(Context,*Resource)(error)".
func signature(t *ast.FuncType) string {
	return "(" + fieldTypes(t.Params) + ")(" + fieldTypes(t.Results) + ")"
}

func fieldTypes(fields *ast.FieldList) string {
	if fields == nil {
		return ""
	}
	var types []string
	for _, field := range fields.List {
		text := typeText(field.Type)
		for range max(1, len(field.Names)) {
			types = append(types, text)
		}
	}
	return strings.Join(types, ",")
}

func typeText(e ast.Expr) string {
	switch t := e.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.SelectorExpr:
		return t.Sel.Name
	case *ast.StarExpr:
		return "*" + typeText(t.X)
	case *ast.ParenExpr:
		return typeText(t.X)
	case *ast.IndexExpr:
		return typeText(t.X)
	case *ast.IndexListExpr:
		return typeText(t.X)
	case *ast.ArrayType:
		if t.Len == nil {
			return "[]" + typeText(t.Elt)
		}
	}
	return "?"
}
