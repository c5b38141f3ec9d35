// XSAVE layouts (CPUID leaf 0xd) of real CPUs.
#pragma once

#include "stub/arch/architecture.hpp"

namespace stub::test {

// Before 2011: SSE only.
constexpr arch::XsaveLayout sse_only{};

// Haswell.
constexpr arch::XsaveLayout avx2_cpu = [] {
  arch::XsaveLayout layout{};
  layout[arch::xsave_avx] = {576, 256};
  return layout;
}();

// Skylake server: AVX-512 and protection keys; bound registers (components 3 and 4) lie in between.
constexpr arch::XsaveLayout avx512_cpu = [] {
  arch::XsaveLayout layout{};
  layout[arch::xsave_avx] = {576, 256};
  layout[3] = {960, 64};
  layout[4] = {1024, 64};
  layout[arch::xsave_opmask] = {1088, 64};
  layout[arch::xsave_zmm_high] = {1152, 512};
  layout[arch::xsave_high_zmm] = {1664, 1024};
  layout[arch::xsave_pkru] = {2688, 8};
  return layout;
}();

// Sapphire Rapids: with matrix tiles, which no debugger is shown.
constexpr arch::XsaveLayout amx_cpu = [] {
  arch::XsaveLayout layout = avx512_cpu;
  layout[17] = {2752, 64};
  layout[18] = {2816, 8192};
  return layout;
}();

}  // namespace stub::test
