// The parsers behind the name table: each is given the packet's text behind its name.
#pragma once

#include "protocol/command.hpp"
#include "protocol/cursor.hpp"

namespace stub::parsers {

using Parser = Result<Command> (*)(Cursor);

[[nodiscard]] std::unexpected<Error> malformed(std::string_view want);

// A path; nothing if it is none.
[[nodiscard]] std::optional<std::string> path_from_hex(std::string_view digits);

// A packet that is its name and nothing else.
template <class Packet, class Family>
Result<Command> bare(Cursor in) {
  if (!in.done()) return malformed("nothing behind the packet's name");
  return Command{Family{Packet{}}};
}

// session.cpp
Result<Command> supported(Cursor in);
Result<Command> echo(Cursor in);
Result<Command> offer_symbols(Cursor in);
Result<Command> monitor(Cursor in);
Result<Command> pass_signals(Cursor in);
Result<Command> catch_system_calls(Cursor in);
Result<Command> non_stop(Cursor in);
Result<Command> program_signals(Cursor in);
// process.cpp
Result<Command> kill_process(Cursor in);
Result<Command> detach(Cursor in);
Result<Command> attached(Cursor in);
Result<Command> save_core(Cursor in);
// launch.cpp
Result<Command> run(Cursor in);
Result<Command> set_arguments(Cursor in);
Result<Command> attach(Cursor in);
Result<Command> attach_by_name_now(Cursor in);
Result<Command> attach_by_name_later(Cursor in);
Result<Command> attach_by_name_now_or_later(Cursor in);
Result<Command> restart(Cursor in);
Result<Command> set_randomization(Cursor in);
Result<Command> set_startup_with_shell(Cursor in);
Result<Command> set_working_directory(Cursor in);
Result<Command> set_variable_hex(Cursor in);
Result<Command> set_variable(Cursor in);
Result<Command> unset_variable(Cursor in);
Result<Command> set_standard_input(Cursor in);
Result<Command> set_standard_output(Cursor in);
Result<Command> set_standard_error(Cursor in);
Result<Command> type_input(Cursor in);
Result<Command> set_launch_architecture(Cursor in);
Result<Command> set_detach_on_error(Cursor in);
// thread.cpp
Result<Command> thread_events(Cursor in);
Result<Command> thread_options(Cursor in);
Result<Command> select_thread(Cursor in);
Result<Command> thread_alive(Cursor in);
Result<Command> thread_stop(Cursor in);
Result<Command> thread_local_address(Cursor in);
// resume.cpp
Result<Command> resume_all(Cursor in);
Result<Command> resume_run(Cursor in);
Result<Command> resume_run_signal(Cursor in);
Result<Command> resume_step(Cursor in);
Result<Command> resume_step_signal(Cursor in);
// memory.cpp
Result<Command> read_memory_hex(Cursor in);
Result<Command> read_memory_binary(Cursor in);
Result<Command> write_memory_hex(Cursor in);
Result<Command> write_memory_binary(Cursor in);
Result<Command> allocate_memory(Cursor in);
Result<Command> deallocate_memory(Cursor in);
Result<Command> memory_region(Cursor in);
Result<Command> search_memory(Cursor in);
Result<Command> checksum_memory(Cursor in);
// registers.cpp
Result<Command> read_registers(Cursor in);
Result<Command> write_registers(Cursor in);
Result<Command> read_register(Cursor in);
Result<Command> write_register(Cursor in);
Result<Command> register_info(Cursor in);
Result<Command> save_registers(Cursor in);
Result<Command> restore_registers(Cursor in);
// stoppoint.cpp
Result<Command> insert_stoppoint(Cursor in);
Result<Command> remove_stoppoint(Cursor in);
Result<Command> watchpoint_support(Cursor in);
// transfer.cpp
Result<Command> transfer(Cursor in);
// file.cpp
Result<Command> file(Cursor in);
// platform.cpp
Result<Command> launch_debug_server(Cursor in);
Result<Command> kill_launched(Cursor in);
Result<Command> first_process(Cursor in);
Result<Command> process_info(Cursor in);
Result<Command> user_name(Cursor in);
Result<Command> group_name(Cursor in);
Result<Command> run_shell(Cursor in);
Result<Command> make_folder(Cursor in);
Result<Command> change_mode(Cursor in);
Result<Command> complete_path(Cursor in);
Result<Command> module_info(Cursor in);
Result<Command> modules_info(Cursor in);
Result<Command> measure_speed(Cursor in);

}  // namespace stub::parsers
