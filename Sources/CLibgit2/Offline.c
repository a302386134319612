// Ripple reads local repositories and never connects, so what libgit2 prepares for connecting at every start is left out.
//
// Linked with the shared libgit2, the definitions of mbedtls that the executable exports come before those of libmbedx509:
// Debian's libgit2 parses the system's whole bundle of certificates when it starts, which takes longer than most of what
// Ripple then does. Linked with the static library (scripts/build-release), the others take the place of its start-up of
// TLS and SSH. Where libgit2 is built on other libraries, nobody calls them.

int mbedtls_x509_crt_parse_file(void *chain, const char *path);
int mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
    (void)chain;
    (void)path;
    return 0;
}

int mbedtls_x509_crt_parse_path(void *chain, const char *path);
int mbedtls_x509_crt_parse_path(void *chain, const char *path)
{
    (void)chain;
    (void)path;
    return 0;
}

int git_mbedtls_stream_global_init(void);
int git_mbedtls_stream_global_init(void)
{
    return 0;
}

int libssh2_init(int flags);
int libssh2_init(int flags)
{
    (void)flags;
    return 0;
}

void libssh2_exit(void);
void libssh2_exit(void)
{
}
