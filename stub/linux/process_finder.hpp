// Which process somebody means, who knows its program, or its number in a container.
#pragma once

#include <string>

#include "protocol/error.hpp"
#include "protocol/types.hpp"

namespace stub {

// `who`: a process id, or the name or path of a program of which exactly one process runs. `inside`: empty, or who
// shares its pid namespace: a process (its number here), or part of the name of a process's cgroup (a container's id);
// then a process id is the one that it has in there. An error's text names all that could be meant.
[[nodiscard]] Result<Pid> find_process(const std::string& who, const std::string& inside);

}  // namespace stub
