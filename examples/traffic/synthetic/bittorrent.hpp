#pragma once

#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic {

/// A tracker's announce over HTTP (port 80).
void tracker_flow(Scene& scene, Time start, const Site& site);

/// Questions to nodes of the distributed hash table: bencoded datagrams.
void dht_flow(Scene& scene, Time start, const Site& site, Range questions);

/// The peer wire protocol over TCP: handshake, bit field, requests, pieces. Some peers obfuscate all of it.
void peer_flow(Scene& scene, Time start, const Site& site, Range blocks);

/// The same within uTP (BEP 29).
void utp_flow(Scene& scene, Time start, const Site& site, Range blocks);

}  // namespace traffic::synthetic
