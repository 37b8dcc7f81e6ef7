// What the project uses of OpenSSL 3's libssl, for connections that belong to an event loop: the bytes go through
// memory, so that no call of the library touches a socket, and none can raise SIGPIPE. Macros stand here as functions.
#ifndef CTLS_SHIM_H
#define CTLS_SHIM_H

#include <netdb.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// A context that trusts what the CA file holds (NULL: the system's) and refuses everything it cannot verify; NULL when
// the file cannot be read.
static inline SSL_CTX *ctls_context(const char *ca_file) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context) return NULL;
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    int trusts = ca_file ? SSL_CTX_load_verify_locations(context, ca_file, NULL) : SSL_CTX_set_default_verify_paths(context);
    if (trusts == 1) return context;
    SSL_CTX_free(context);
    return NULL;
}

// A client's session whose peer must be `host`, by name or by address; NULL when memory is out.
static inline SSL *ctls_session(SSL_CTX *context, const char *host, int is_address) {
    SSL *session = SSL_new(context);
    if (!session) return NULL;
    BIO *from_peer = BIO_new(BIO_s_mem()), *to_peer = BIO_new(BIO_s_mem());
    if (!from_peer || !to_peer) {
        BIO_free(from_peer);
        BIO_free(to_peer);
        SSL_free(session);
        return NULL;
    }
    // An empty memory means "later", not "the end".
    BIO_set_mem_eof_return(from_peer, -1);
    BIO_set_mem_eof_return(to_peer, -1);
    SSL_set_bio(session, from_peer, to_peer);
    SSL_set_connect_state(session);
    int is_set;
    if (is_address) {
        is_set = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host);
    } else {
        SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        is_set = SSL_set1_host(session, host) && SSL_set_tlsext_host_name(session, host);
    }
    if (is_set == 1) return session;
    SSL_free(session);
    return NULL;
}

// What the peer's certificate was refused for; NULL when it was not.
static inline const char *ctls_refusal(const SSL *session) {
    long result = SSL_get_verify_result(session);
    return result == X509_V_OK ? NULL : X509_verify_cert_error_string(result);
}

static inline int ctls_sha1(const void *bytes, size_t count, unsigned char digest[20]) {
    return EVP_Digest(bytes, count, digest, NULL, EVP_sha1(), NULL);
}

#endif
