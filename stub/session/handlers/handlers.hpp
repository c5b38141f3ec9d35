// The handlers: one overload for each packet, a file for each family. A packet without a handler does not compile.
#pragma once

#include "protocol/command.hpp"
#include "protocol/reply.hpp"
#include "stub/session/context.hpp"

namespace stub::handlers {

Reply handle(Context& context, const NegotiateFeatures& packet);
Reply handle(Context& context, const StartNoAckMode& packet);
Reply handle(Context& context, const EnableThreadSuffix& packet);
Reply handle(Context& context, const ListThreadsInStopReply& packet);
Reply handle(Context& context, const EnableErrorStrings& packet);
Reply handle(Context& context, const Echo& packet);
Reply handle(Context& context, const OfferSymbols& packet);
Reply handle(Context& context, const Monitor& packet);
Reply handle(Context& context, const PassSignals& packet);
Reply handle(Context& context, const CatchSystemCalls& packet);
Reply handle(Context& context, const SetNonStop& packet);
Reply handle(Context& context, const ProgramSignals& packet);

Reply handle(Context& context, const QueryStopReason& packet);
Reply handle(Context& context, const Kill& packet);
Reply handle(Context& context, const KillProcess& packet);
Reply handle(Context& context, const Detach& packet);
Reply handle(Context& context, const QueryAttached& packet);
Reply handle(Context& context, const QueryHostInfo& packet);
Reply handle(Context& context, const QueryProcessInfo& packet);
Reply handle(Context& context, const SaveCore& packet);

Reply handle(Context& context, const EnableExtendedMode& packet);
Reply handle(Context& context, const Run& packet);
Reply handle(Context& context, const SetArguments& packet);
Reply handle(Context& context, const QueryLaunchSuccess& packet);
Reply handle(Context& context, const Restart& packet);
Reply handle(Context& context, const Attach& packet);
Reply handle(Context& context, const AttachByName& packet);
Reply handle(Context& context, const QueryAttachOrWait& packet);
Reply handle(Context& context, const QueryProgram& packet);
Reply handle(Context& context, const SetRandomization& packet);
Reply handle(Context& context, const SetStartupWithShell& packet);
Reply handle(Context& context, const SetWorkingDirectory& packet);
Reply handle(Context& context, const ResetEnvironment& packet);
Reply handle(Context& context, const SetVariable& packet);
Reply handle(Context& context, const UnsetVariable& packet);
Reply handle(Context& context, const SetStandardFile& packet);
Reply handle(Context& context, const TypeInput& packet);
Reply handle(Context& context, const SetLaunchArchitecture& packet);
Reply handle(Context& context, const SetDetachOnError& packet);

Reply handle(Context& context, const SelectThread& packet);
Reply handle(Context& context, const QueryThreadAlive& packet);
Reply handle(Context& context, const QueryCurrentThread& packet);
Reply handle(Context& context, const FirstThreads& packet);
Reply handle(Context& context, const NextThreads& packet);
Reply handle(Context& context, const QueryThreadStop& packet);
Reply handle(Context& context, const QueryThreadsInfo& packet);
Reply handle(Context& context, const SetThreadEvents& packet);
Reply handle(Context& context, const SetThreadOptions& packet);
Reply handle(Context& context, const QueryThreadLocal& packet);

Reply handle(Context& context, const QueryResumeActions& packet);
Reply handle(Context& context, const Resume& packet);
Reply handle(Context& context, const ResumeSelected& packet);
Reply handle(Context& context, const AcknowledgeStop& packet);
Reply handle(Context& context, const AcknowledgeOutput& packet);
Reply handle(Context& context, const InterruptNonStop& packet);

Reply handle(Context& context, const ReadMemory& packet);
Reply handle(Context& context, const WriteMemory& packet);
Reply handle(Context& context, const AllocateMemory& packet);
Reply handle(Context& context, const DeallocateMemory& packet);
Reply handle(Context& context, const QueryMemoryRegion& packet);
Reply handle(Context& context, const SearchMemory& packet);
Reply handle(Context& context, const ChecksumMemory& packet);

Reply handle(Context& context, const ReadRegisters& packet);
Reply handle(Context& context, const WriteRegisters& packet);
Reply handle(Context& context, const ReadRegister& packet);
Reply handle(Context& context, const WriteRegister& packet);
Reply handle(Context& context, const QueryRegisterInfo& packet);
Reply handle(Context& context, const SaveRegisters& packet);
Reply handle(Context& context, const RestoreRegisters& packet);

Reply handle(Context& context, const InsertStoppoint& packet);
Reply handle(Context& context, const RemoveStoppoint& packet);
Reply handle(Context& context, const QueryWatchpointSupport& packet);

Reply handle(Context& context, const ReadObject& packet);
Reply handle(Context& context, const WriteSignalInfo& packet);

Reply handle(Context& context, const SetFileSystem& packet);
Reply handle(Context& context, const OpenFile& packet);
Reply handle(Context& context, const CloseFile& packet);
Reply handle(Context& context, const ReadFile& packet);
Reply handle(Context& context, const WriteFile& packet);
Reply handle(Context& context, const StatDescriptor& packet);
Reply handle(Context& context, const StatPath& packet);
Reply handle(Context& context, const UnlinkFile& packet);
Reply handle(Context& context, const ReadLink& packet);
Reply handle(Context& context, const QueryFileSize& packet);
Reply handle(Context& context, const QueryFileExists& packet);
Reply handle(Context& context, const QueryFileMode& packet);
Reply handle(Context& context, const HashFile& packet);
Reply handle(Context& context, const MakeSymlink& packet);

Reply handle(Context& context, const QueryWorkingDirectory& packet);
Reply handle(Context& context, const LaunchDebugServer& packet);
Reply handle(Context& context, const QueryDebugServers& packet);
Reply handle(Context& context, const KillLaunched& packet);
Reply handle(Context& context, const RunShell& packet);
Reply handle(Context& context, const MakeFolder& packet);
Reply handle(Context& context, const ChangeMode& packet);
Reply handle(Context& context, const CompletePath& packet);
Reply handle(Context& context, const MeasureSpeed& packet);

Reply handle(Context& context, const FirstProcess& packet);
Reply handle(Context& context, const NextProcess& packet);
Reply handle(Context& context, const QueryProcess& packet);
Reply handle(Context& context, const QueryUserName& packet);
Reply handle(Context& context, const QueryGroupName& packet);
Reply handle(Context& context, const QueryModule& packet);
Reply handle(Context& context, const QueryModules& packet);

}  // namespace stub::handlers
