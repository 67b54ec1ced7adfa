// Go's net/http, as its documentation begins with it: a ServeMux, a FileServer, and
// handlers of a few lines. server ADDRESS FOLDER
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func body(w http.ResponseWriter, r *http.Request) {
	if r.Method != "POST" {
		w.Header().Set("Allow", "POST")
		http.Error(w, "not that", http.StatusMethodNotAllowed)
		return
	}
	content, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Write(content)
}

func echo(w http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fields := [][2]string{}
	for name, values := range r.Header {
		for _, value := range values {
			fields = append(fields, [2]string{name, value})
		}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"method": r.Method, "target": r.RequestURI, "fields": fields,
		"content": string(content), "trailers": r.Trailer})
}

func inPieces(w http.ResponseWriter, pieces int, every time.Duration) {
	w.Header().Set("Content-Type", "text/plain")
	for i := 0; i < pieces; i++ {
		fmt.Fprintf(w, "piece %d\n", i)
		w.(http.Flusher).Flush()
		time.Sleep(every)
	}
}

func trailers(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Trailer", "X-Pieces")
	inPieces(w, 3, 0)
	w.Header().Set("X-Pieces", "3")
}

func status(w http.ResponseWriter, r *http.Request) {
	code, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/status/"))
	if err != nil || code < 200 || code == 206 || code == 426 {
		http.NotFound(w, r)
		return
	}
	switch {
	case code == 401:
		w.Header().Set("WWW-Authenticate", `Basic realm="private"`)
	case code == 405:
		w.Header().Set("Allow", "PUT")
	case code == 416:
		w.Header().Set("Content-Range", "bytes */0")
	case code >= 300 && code < 400 && code != 304:
		w.Header().Set("Location", "/")
	}
	w.WriteHeader(code)
	if code != 204 && code != 205 && code != 304 {
		fmt.Fprintf(w, "this is status %d\n", code)
	}
}

func private(w http.ResponseWriter, r *http.Request) {
	if user, password, ok := r.BasicAuth(); !ok || user != "alice" || password != "secret" {
		w.Header().Set("WWW-Authenticate", `Basic realm="private"`)
		http.Error(w, "who are you?", http.StatusUnauthorized)
		return
	}
	fmt.Fprintln(w, "private")
}

func main() {
	http.Handle("/", http.FileServer(http.Dir(os.Args[2])))
	http.HandleFunc("/body", body)
	http.HandleFunc("/echo", echo)
	http.HandleFunc("/echo/", echo)
	http.HandleFunc("/trailers", trailers)
	http.HandleFunc("/status/", status)
	http.HandleFunc("/private", private)
	http.Handle("/redirect", http.RedirectHandler("/", http.StatusTemporaryRedirect))
	http.HandleFunc("/chunked", func(w http.ResponseWriter, r *http.Request) { inPieces(w, 3, 0) })
	http.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) { inPieces(w, 5, 50*time.Millisecond) })
	http.HandleFunc("/cookies", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", Path: "/cookies"})
		fmt.Fprintln(w, "a cookie")
	})
	http.HandleFunc("/delay/", func(w http.ResponseWriter, r *http.Request) {
		ms, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/delay/"))
		time.Sleep(time.Duration(ms) * time.Millisecond)
		fmt.Fprintln(w, "late")
	})
	server := &http.Server{Addr: os.Args[1], ReadHeaderTimeout: 2 * time.Second, IdleTimeout: 4 * time.Second,
		ErrorLog: log.New(io.Discard, "", 0)}
	log.Fatal(server.ListenAndServe())
}
