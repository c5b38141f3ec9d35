// Opens libplugin.so from its own directory and calls plugin_answer(40).
#include <dlfcn.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
  char self[PATH_MAX] = "";
  char library[PATH_MAX + 20];
  readlink("/proc/self/exe", self, sizeof self - 1);
  snprintf(library, sizeof library, "%s/libplugin.so", dirname(self));
  void* plugin = dlopen(library, RTLD_NOW);
  if (!plugin) {
    printf("%s\n", dlerror());
    return 1;
  }
  int (*answer)(int) = (int (*)(int))dlsym(plugin, "plugin_answer");
  printf("the plugin says %d\n", answer(40));
  return 0;
}
