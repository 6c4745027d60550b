#pragma once
// The ways to cut an input into chunks: a stream's answer may depend on none of them.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace scalper::tests {

// Each chunk is a heap copy of its own, so that a sanitizer sees whoever looks beyond it or keeps it.
using Chunks = std::vector<std::string_view>;

// Whole; byte by byte; in pieces of 7 and 64; and, up to `every` bytes, cut once at each place. Calls visit(chunks).
template <class Visit>
void for_each_cut(std::string_view input, Visit visit, std::size_t every = 400) {
  const auto in_pieces = [&](std::size_t size) {
    Chunks chunks;
    for (std::size_t at = 0; at < input.size(); at += size) chunks.push_back(input.substr(at, size));
    visit(chunks);
  };
  visit(Chunks{input});
  in_pieces(1);
  in_pieces(7);
  in_pieces(64);
  for (std::size_t at = 1; at < input.size() && input.size() <= every; ++at) {
    visit(Chunks{input.substr(0, at), input.substr(at)});
  }
}

// Feeds the chunks from memory that is gone after each call.
template <class Feed>
void feed_copies(const Chunks& chunks, Feed feed) {
  for (const std::string_view chunk : chunks) {
    const std::vector<char> copy(chunk.begin(), chunk.end());
    feed(std::string_view(copy.data(), copy.size()));
  }
}

}  // namespace scalper::tests
