// Package markdown turns the documentation and the changelog of a version into
// lines of the console: a parsed document in, styled text out. It never writes
// cells itself, so that whatever a publisher wrote passes the same gate as all
// other text, and it knows the console's signs and its forms without colours.
package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// MaxLines is how many lines of a document are made at most: more than
// anybody reads in a console.
const MaxLines = 3000

// Document is a text that was rendered for a certain width.
type Document struct {
	Lines []ui.Text
	// Cut says that the source goes on where the lines end.
	Cut bool
}

// Render lays a document out in lines of at most w cells. It is pure; a large
// or hostile source takes up to a second, so that it is for a command.
func Render(source string, w int, t *theme.Theme) (d Document) {
	w = max(1, w)
	defer func() {
		// The parser is made for documents of people who mean well. One that
		// breaks it is still to be read.
		if recover() != nil {
			d = plain(source, w)
		}
	}()
	return render(source, w, t)
}

func render(source string, w int, t *theme.Theme) Document {
	prepared, cut := prepare(source)
	r := &renderer{theme: t, source: []byte(prepared), left: MaxLines}
	root := newParser().Parse(text.NewReader(r.source))
	lines := r.blocks(root, w, 0, true)
	return Document{Lines: lines, Cut: cut || r.left == 0}
}

// plain is a source as it stands, without its markup understood.
func plain(source string, w int) Document {
	source, cut := bounded(source)
	r := &renderer{left: MaxLines}
	var lines []ui.Text
	for line := range strings.SplitSeq(source, "\n") {
		lines = append(lines, r.take(ui.Wrap(ui.Words(theme.Text, line), w))...)
		if r.left == 0 {
			break
		}
	}
	return Document{Lines: lines, Cut: cut || r.left == 0}
}

// newParser is one for the markdown that people write on code hosts. One is
// made for each document: it keeps nothing then.
func newParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithInlineParsers(append(parser.DefaultInlineParsers(),
			util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
			util.Prioritized(extension.NewStrikethroughParser(), 500),
		)...),
		// A paragraph that is a table is none any more when it is measured.
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
			util.Prioritized(extension.NewTableParagraphTransformer(), 200),
			util.Prioritized(tooLong{}, 250),
		)...),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
	)
}

// maxInline is up to which size a paragraph is searched for emphasis and
// links: the search takes the square of it when somebody wants it to.
const maxInline = 16 << 10

// tooLong takes a paragraph out that is too large to be searched.
type tooLong struct{}

// Transform implements parser.ParagraphTransformer.
func (tooLong) Transform(p *ast.Paragraph, _ text.Reader, _ parser.Context) {
	size := 0
	for i := range p.Lines().Len() {
		segment := p.Lines().At(i)
		size += segment.Len()
	}
	if size <= maxInline {
		return
	}
	raw := &unsearched{}
	raw.SetLines(p.Lines())
	p.Parent().ReplaceChild(p.Parent(), p, raw)
}

// unsearched is a paragraph that is shown as it was written.
type unsearched struct{ ast.BaseBlock }

var kindUnsearched = ast.NewNodeKind("Unsearched")

// Kind implements ast.Node.
func (*unsearched) Kind() ast.NodeKind { return kindUnsearched }

// IsRaw implements ast.Node: nobody looks inside.
func (*unsearched) IsRaw() bool { return true }

// Dump implements ast.Node.
func (n *unsearched) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }
