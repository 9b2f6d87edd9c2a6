package cosign

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/registrar-console/registrar/signing"
)

// maxToken bounds what is read as a token.
const maxToken = 64 << 10

// Audience is whom a token for Sigstore is for.
const Audience = "sigstore"

// What can be wrong with a token.
var (
	ErrTokenExpired = errors.New("the identity token has expired")
	ErrNotAToken    = errors.New("this is no identity token")
)

// TokenSource hands out an identity token. Who asks zeroes it after use.
type TokenSource func(ctx context.Context) ([]byte, error)

// TokenFromFile reads the token from a file at each signature, so that a file
// that is renewed stays good.
func TokenFromFile(path string) TokenSource {
	return func(context.Context) ([]byte, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("reading the identity token: %w", err)
		}
		defer func() { _ = f.Close() }() // it was only read
		token, err := signing.ReadMaterial(f, maxToken)
		if err != nil {
			return nil, fmt.Errorf("reading the identity token of %s: %w", path, err)
		}
		return token, nil
	}
}

// TokenFromActions asks GitHub Actions for a token, at the address and with the
// password that it puts into the environment of a job with id-token: write.
func TokenFromActions(client *http.Client, requestURL string, requestToken []byte) TokenSource {
	return func(ctx context.Context) ([]byte, error) {
		token, err := askActions(ctx, client, requestURL, requestToken)
		if err != nil {
			return nil, fmt.Errorf("asking GitHub Actions for an identity token: %w", redact(err, requestToken))
		}
		return token, nil
	}
}

func askActions(ctx context.Context, client *http.Client, requestURL string, requestToken []byte) ([]byte, error) {
	u, err := url.Parse(requestURL)
	if err != nil || u.Host == "" {
		return nil, errors.New("ACTIONS_ID_TOKEN_REQUEST_URL is not an address; does the job have id-token: write?")
	}
	q := u.Query()
	q.Set("audience", Audience)
	u.RawQuery = q.Encode()
	ctx, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+string(requestToken))
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxToken))
	if err != nil {
		return nil, err
	}
	defer clear(body)
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answered %s", resp.Status)
	}
	var answer struct {
		Value string `json:"value"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Value == "" {
		return nil, errors.New("its answer holds no token")
	}
	return []byte(answer.Value), nil
}

// checkToken refuses what the authority would refuse anyway, without telling
// anybody what the token holds.
func checkToken(token []byte, now time.Time) error {
	parts := bytes.Split(token, []byte("."))
	if len(parts) != 3 {
		return ErrNotAToken
	}
	body := make([]byte, base64.RawURLEncoding.DecodedLen(len(parts[1])))
	defer clear(body)
	n, err := base64.RawURLEncoding.Decode(body, parts[1])
	if err != nil {
		return ErrNotAToken
	}
	var claims struct {
		Expires float64 `json:"exp"`
	}
	if err := json.Unmarshal(body[:n], &claims); err != nil {
		return ErrNotAToken
	}
	if until := time.Unix(int64(claims.Expires), 0); claims.Expires != 0 && !now.Before(until) {
		return fmt.Errorf("%w, at %s; get a new one", ErrTokenExpired, stamp(until))
	}
	return nil
}

// redact keeps a secret out of an error, whoever put it there. The chain of
// errors is kept where its text is clean.
func redact(err error, secret []byte) error {
	if len(secret) == 0 || !bytes.Contains([]byte(err.Error()), secret) {
		return err
	}
	return errors.New(string(bytes.ReplaceAll([]byte(err.Error()), secret, []byte("[secret]"))))
}
