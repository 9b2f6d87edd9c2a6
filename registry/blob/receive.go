package blob

import "net/http"

// Handler serves the links of the folder: uploads and downloads.
func (d *Dir) Handler(u Uploads, dl Downloads) http.Handler {
	return http.NotFoundHandler()
}
