// What a bearer token costs the gateway.
#include <benchmark/benchmark.h>

#include <memory>

#include "libs/auth/token_verifier.h"
#include "libs/auth/tokens_for_test.h"

namespace dap::auth {
namespace {

// An issuer with a key of each kind, and a verifier that knows them.
struct World {
  World() {
    const std::string path = NewPath("jwks.json");
    WriteFile(path, Json{{"keys", {Json::parse(es.Jwks())["keys"][0], rsa.Jwk("rsa")}}}.dump());
    TokenOptions options = FileOptions(path);
    verifier = *TokenVerifier::Create(options, clock);
    // The signature is checked before the end, and an ended token is not remembered.
    Json ended = GoodClaims();
    ended["exp"] = absl::ToUnixSeconds(TestNow()) - 3600;
    es_ended = EsToken(es, ended);
    rs_ended = rsa.Token({{"alg", "RS256"}, {"kid", "rsa"}}, ended);
  }

  time::ManualClock clock{TestNow()};
  TokenMinter es = *TokenMinter::Generate();
  RsaIssuer rsa;
  std::unique_ptr<TokenVerifier> verifier;
  std::string es_ended;
  std::string rs_ended;
};

World& TheWorld() {
  static World& world = *new World();
  return world;
}

void BM_VerifyRemembered(benchmark::State& state) {
  const std::string token = *TheWorld().es.Mint(GoodTokenClaims());
  for (auto _ : state) {
    if (!TheWorld().verifier->Verify(token).ok()) state.SkipWithError("refused");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_VerifyRemembered)->ThreadRange(1, 4);

void BM_VerifyAnewEs256(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(TheWorld().verifier->Verify(TheWorld().es_ended));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_VerifyAnewEs256);

void BM_VerifyAnewRs256(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(TheWorld().verifier->Verify(TheWorld().rs_ended));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_VerifyAnewRs256);

void BM_Mint(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(TheWorld().es.Mint(GoodTokenClaims()));
}
BENCHMARK(BM_Mint);

}  // namespace
}  // namespace dap::auth

BENCHMARK_MAIN();
