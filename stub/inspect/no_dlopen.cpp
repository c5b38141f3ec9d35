// A static binary must not load libraries: they belong to another libc, or are not there. libdw would load
// libdebuginfod as soon as DEBUGINFOD_URLS is set (elfutils, libdwfl/debuginfod-client.c). Only the static link has
// this file.
extern "C" {

void* dlopen(const char*, int);
void* dlopen(const char*, int) { return nullptr; }

}  // extern "C"
