// What elfutils 0.191 and newer call from their static libraries, but do not ship in them (sourceware bug 32293):
// search trees. Only the static link needs this file, and only where libelf.a does not bring its own.
// Names and signatures: elfutils, lib/eu-search.h. Where elfutils was configured for threads a lock comes behind the
// root, for these functions only; where not (Debian 13), what comes there is somebody else's. One thread unwinds here.
#include <search.h>

extern "C" {

struct search_tree {
  void* root;
};

using Compare = int (*)(const void*, const void*);

void eu_search_tree_init(search_tree* tree) { tree->root = nullptr; }

void eu_search_tree_fini(search_tree* tree, void (*free_node)(void*)) { tdestroy(tree->root, free_node); }

void* eu_tsearch(const void* key, search_tree* tree, Compare compare) { return tsearch(key, &tree->root, compare); }

void* eu_tfind(const void* key, search_tree* tree, Compare compare) { return tfind(key, &tree->root, compare); }

void* eu_tdelete(const void* key, search_tree* tree, Compare compare) { return tdelete(key, &tree->root, compare); }

void eu_tdestroy(search_tree* tree, void (*free_node)(void*)) {
  tdestroy(tree->root, free_node);
  tree->root = nullptr;
}

}  // extern "C"
