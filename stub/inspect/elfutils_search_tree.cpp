// What elfutils 0.191 and newer call from their static libraries, but do not ship in them (sourceware bug 32293):
// search trees with a lock. Only the static link needs this file, and only where libelf.a does not bring its own.
// Names and signatures: elfutils, lib/eu-search.h.
#include <pthread.h>
#include <search.h>

extern "C" {

struct search_tree {
  void* root;
  pthread_rwlock_t lock;
};

using Compare = int (*)(const void*, const void*);

void eu_search_tree_init(search_tree* tree) {
  tree->root = nullptr;
  pthread_rwlock_init(&tree->lock, nullptr);
}

void eu_search_tree_fini(search_tree* tree, void (*free_node)(void*)) {
  tdestroy(tree->root, free_node);
  pthread_rwlock_destroy(&tree->lock);
}

void* eu_tsearch(const void* key, search_tree* tree, Compare compare) {
  pthread_rwlock_wrlock(&tree->lock);
  void* found = tsearch(key, &tree->root, compare);
  pthread_rwlock_unlock(&tree->lock);
  return found;
}

void* eu_tfind(const void* key, search_tree* tree, Compare compare) {
  pthread_rwlock_rdlock(&tree->lock);
  void* found = tfind(key, &tree->root, compare);
  pthread_rwlock_unlock(&tree->lock);
  return found;
}

void* eu_tdelete(const void* key, search_tree* tree, Compare compare) {
  pthread_rwlock_wrlock(&tree->lock);
  void* found = tdelete(key, &tree->root, compare);
  pthread_rwlock_unlock(&tree->lock);
  return found;
}

void eu_tdestroy(search_tree* tree, void (*free_node)(void*)) {
  pthread_rwlock_wrlock(&tree->lock);
  tdestroy(tree->root, free_node);
  tree->root = nullptr;
  pthread_rwlock_unlock(&tree->lock);
}

}  // extern "C"
