// What the project uses of OpenSSL 3's libcrypto, all of it through EVP: the older calls look the algorithm up anew
// at every use. And the kernel's random numbers, which Glibc's Swift module does not show.
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/random.h>
