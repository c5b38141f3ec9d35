// Packets that we act as if we did not know.
#include "protocol/withheld.hpp"

#include "protocol/features.hpp"
#include "tests/support/catch.hpp"

using namespace stub;

namespace {

Withheld withheld(std::string_view list) {
  Withheld out;
  REQUIRE(out.add(list));
  return out;
}

}  // namespace

TEST_CASE("a packet is hidden by its whole name") {
  const auto one = withheld("qC");
  CHECK(one.hides("qC"));
  CHECK_FALSE(one.hides("qCRC:0,1"));
  CHECK_FALSE(one.hides("vCont;c"));
  CHECK_FALSE(one.hides(""));
  CHECK_FALSE(Withheld().hides("qC"));
}

TEST_CASE("a name may stand for several packets") {
  for (const auto* packet : {"vCont?", "vCont;c", "vCont;s:p1.1;c"}) CHECK(withheld("vCont").hides(packet));
  CHECK_FALSE(withheld("vCont").hides("vCtrlC"));
  CHECK(withheld("qfThreadInfo").hides("qsThreadInfo"));
  const auto threads = withheld("threads");
  for (const auto* packet : {"vCont?", "qC", "qfThreadInfo"}) CHECK(threads.hides(packet));
  CHECK(threads.threads_of_stops);
  CHECK_FALSE(threads.details_of_stops);
}

TEST_CASE("names stand between commas, and an unknown one is refused") {
  const auto several = withheld("T,Tthread,qC");
  CHECK(several.details_of_stops);
  CHECK(several.threads_of_stops);
  CHECK(several.hides("qC"));
  CHECK_FALSE(Withheld().add("T,g"));
  CHECK_FALSE(Withheld().add(",T"));
}

TEST_CASE("what is withheld is not offered") {
  const ClientFeatures gdb{{"qRelocInsn+"}};
  CHECK(offered_features(Client::gdb, gdb).contains(";QStartNoAckMode+;"));
  Withheld line;
  line.packets.insert("QStartNoAckMode");
  CHECK_FALSE(offered_features(Client::gdb, gdb, line).contains("QStartNoAckMode"));
  CHECK(offered_features(Client::gdb, gdb, line).contains(";QNonStop+"));
}
