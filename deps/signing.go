//go:build deps

package deps

import (
	_ "github.com/ProtonMail/go-crypto/openpgp/armor"
	_ "github.com/ProtonMail/go-crypto/openpgp/v2"
	_ "github.com/secure-systems-lab/go-securesystemslib/encrypted"
	_ "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	_ "github.com/sigstore/sigstore-go/pkg/bundle"
	_ "github.com/sigstore/sigstore-go/pkg/root"
	_ "github.com/sigstore/sigstore-go/pkg/sign"
	_ "github.com/sigstore/sigstore-go/pkg/testing/ca"
	_ "github.com/sigstore/sigstore-go/pkg/verify"
	_ "github.com/sigstore/sigstore/pkg/cryptoutils"
	_ "github.com/sigstore/sigstore/pkg/oauthflow"
	_ "github.com/sigstore/sigstore/pkg/signature"
	_ "github.com/sigstore/rekor/pkg/generated/models"
)
