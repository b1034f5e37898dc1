// Command go-tlog is the Go checksum database's own code (golang.org/x/mod/sumdb) on logs of ours, and its logs for
// ours. It knows C2SP's formats and nothing of this repository.
//
//	go-tlog check BASE VKEY [OLD...]   reads the log at an address or in a directory: signature, every record, every
//	                                   tile on the way to the root, and consistency with the trees of OLD records
//	go-tlog make DIR SIZE...           writes a log of its own for each size into DIR/SIZE
//
// C2SP's tiles are tiles of height 8 of the checksum database, whose paths say "8/" where C2SP's say nothing.
package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height   = 8
	width    = 1 << height
	treeLine = "go.sum database tree\n" // stands where C2SP has the origin
	logName  = "go.example/log"
)

func main() {
	defer func() {
		if fault := recover(); fault != nil {
			fmt.Fprintln(os.Stderr, fault)
			os.Exit(1)
		}
	}()
	switch args := os.Args[1:]; {
	case len(args) >= 3 && args[0] == "check":
		check(args[1], args[2], numbers(args[3:]))
	case len(args) >= 3 && args[0] == "make":
		secret, vkey, err := note.GenerateKey(rand.Reader, logName)
		done(err)
		write(args[1], "vkey", []byte(vkey))
		for _, size := range numbers(args[2:]) {
			makeLog(filepath.Join(args[1], strconv.FormatInt(size, 10)), size, must(note.NewSigner(secret)))
		}
	default:
		panic("usage: go-tlog check BASE VKEY [OLD...] | go-tlog make DIR SIZE...")
	}
}

func check(base, vkey string, olds []int64) {
	verifier := must(note.NewVerifier(vkey))
	signed := must(note.Open(fetch(base, "checkpoint"), note.VerifierList(verifier)))
	tree := must(tlog.ParseTree([]byte(strings.Replace(signed.Text, verifier.Name()+"\n", treeLine, 1))))
	// Whatever this reader gives has been hashed up to the signed root.
	reader := tlog.TileHashReader(tree, tiles{base})
	must(tlog.TreeHash(tree.N, reader))
	for first := int64(0); first < tree.N; first += width {
		checkBundle(base, reader, tree, first)
	}
	for _, old := range olds {
		proof := must(tlog.ProveTree(tree.N, old, reader))
		done(tlog.CheckTree(proof, tree.N, tree.Hash, old, must(tlog.TreeHash(old, reader))))
	}
	fmt.Printf("%d records, %d smaller trees\n", tree.N, len(olds))
}

// checkBundle holds every record against its leaf, and proves the inclusion of the last.
func checkBundle(base string, reader tlog.HashReader, tree tlog.Tree, first int64) {
	count := widthFrom(first, tree.N)
	indexes := make([]int64, count)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, first+int64(i))
	}
	leaves := must(reader.ReadHashes(indexes))
	bundle := fetch(base, bundlePath(first, count))
	for i, leaf := range leaves {
		length := int(binary.BigEndian.Uint16(bundle))
		if tlog.RecordHash(bundle[2:2+length]) != leaf {
			panic(fmt.Sprintf("record %d is not its leaf", first+int64(i)))
		}
		bundle = bundle[2+length:]
	}
	if len(bundle) > 0 {
		panic(fmt.Sprintf("bytes left over in the bundle from record %d", first))
	}
	last := first + int64(count) - 1
	done(tlog.CheckRecord(must(tlog.ProveRecord(tree.N, last, reader)), tree.N, tree.Hash, last, leaves[count-1]))
}

func makeLog(dir string, size int64, signer note.Signer) {
	var hashes []tlog.Hash
	stored := tlog.HashReaderFunc(func(indexes []int64) (found []tlog.Hash, err error) {
		for _, index := range indexes {
			found = append(found, hashes[index])
		}
		return found, nil
	})
	bundles := map[int64][]byte{}
	for n := int64(0); n < size; n++ {
		record := []byte(fmt.Sprintf("record %d %s", n, strings.Repeat(".", int(n%7))))
		hashes = append(hashes, must(tlog.StoredHashes(n, record, stored))...)
		first := n - n%width
		bundles[first] = append(append(bundles[first], byte(len(record)>>8), byte(len(record))), record...)
	}
	root := must(tlog.TreeHash(size, stored))
	body := strings.Replace(string(tlog.FormatTree(tlog.Tree{N: size, Hash: root})), treeLine, logName+"\n", 1)
	checkpoint := must(note.Sign(&note.Note{Text: body}, signer))
	write(dir, "checkpoint", checkpoint)
	for _, tile := range tlog.NewTiles(height, 0, size) {
		write(dir, c2spPath(tile), must(tlog.ReadTileData(tile, stored)))
	}
	for first, bundle := range bundles {
		write(dir, bundlePath(first, widthFrom(first, size)), bundle)
	}
	for _, n := range []int64{0, size / 2, size - 1} {
		proof := lines(must(tlog.ProveRecord(size, n, stored)))
		text := fmt.Sprintf("c2sp.org/tlog-proof@v1\nindex %d\n%s\n%s", n, proof, checkpoint)
		write(dir, fmt.Sprintf("proof/%d.tlog-proof", n), []byte(text))
		// The first line is the root of the smaller tree.
		consistency := append([]tlog.Hash{must(tlog.TreeHash(n+1, stored))}, must(tlog.ProveTree(size, n+1, stored))...)
		write(dir, fmt.Sprintf("consistency/%d", n+1), []byte(lines(consistency)))
	}
}

// tiles are those of a log at an address or in a directory.
type tiles struct{ base string }

func (t tiles) Height() int                     { return height }
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) (found [][]byte, err error) {
	for _, tile := range wanted {
		found = append(found, fetch(t.base, c2spPath(tile)))
	}
	return found, nil
}

func c2spPath(tile tlog.Tile) string { return strings.Replace(tile.Path(), "tile/8/", "tile/", 1) }

func bundlePath(first int64, count int) string {
	path := tlog.Tile{H: height, L: 0, N: first / width, W: count}.Path()
	return strings.Replace(path, "tile/8/0/", "tile/entries/", 1)
}

func widthFrom(first, size int64) int {
	if size-first < width {
		return int(size - first)
	}
	return width
}

func fetch(base, path string) []byte {
	if !strings.HasPrefix(base, "http") {
		return must(os.ReadFile(filepath.Join(base, path)))
	}
	answer := must(http.Get(base + "/" + path))
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		panic(path + ": " + answer.Status)
	}
	return must(io.ReadAll(answer.Body))
}

func write(dir, name string, data []byte) {
	path := filepath.Join(dir, name)
	done(os.MkdirAll(filepath.Dir(path), 0o755))
	done(os.WriteFile(path, data, 0o644))
}

func numbers(texts []string) (found []int64) {
	for _, text := range texts {
		found = append(found, must(strconv.ParseInt(text, 10, 64)))
	}
	return found
}

func lines(hashes []tlog.Hash) (text string) {
	for _, hash := range hashes {
		text += base64.StdEncoding.EncodeToString(hash[:]) + "\n"
	}
	return text
}

func done(err error) {
	if err != nil {
		panic(err)
	}
}

func must[T any](value T, err error) T {
	done(err)
	return value
}
