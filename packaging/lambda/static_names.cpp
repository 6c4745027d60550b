// Linked into the static program only.
#include <netdb.h>
#include <nss.h>

namespace {

// A static glibc holds the sources `files` and `dns` and aborts in some settings when nsswitch.conf names one that it
// would have to load. Before main, while there is one thread.
__attribute__((constructor)) void use_only_the_names_within() { __nss_configure_lookup("hosts", "files dns"); }

}  // namespace
