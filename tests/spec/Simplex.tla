------------------------------- MODULE Simplex -------------------------------
(* Our variant of Simplex, as the crate consensus/simplex implements it: what an honest validator may say in a view, what *)
(* makes a certificate, and what a crash or a lost disk leaves of a validator. It knows blocks by view and parent only.   *)
(* It does not know time, delays or loss: any message may arrive at any moment or never, so a validator may act on any    *)
(* subset of what was ever said; timers fire whenever they like. Timeouts, fetching and repetition matter to progress     *)
(* alone, and the simulator measures that. Each action names the rule of consensus/simplex/src/rules.rs that it models.   *)
(* Paper: Chan and Pass, Simplex Consensus, TCC 2023, IACR eprint 2023/463.                                              *)
EXTENDS Integers, FiniteSets

CONSTANTS
    Honest,      \* validators that keep the rules
    Byz,         \* validators that say whatever they like
    Faults,      \* f: how many liars the quorum is made for
    Quorum,      \* votes that make a certificate
    LastView,    \* views are 1..LastView
    Blocks,      \* all blocks that there can be, Genesis among them
    Genesis,
    Parent,      \* [Blocks -> Blocks]; Genesis is its own
    ViewOf,      \* [Blocks -> Nat]: the view that the header names; 0 for Genesis
    Closing,     \* blocks that change the validator set: none is built upon them, and they are proposed again until final
    Leader,      \* [1..LastView -> Honest \cup Byz]
    Omniscient,  \* TRUE: liars have signed everything there is, from the start. FALSE: only what `lies` says
    Wipes,       \* how many disks may be lost
    Margin,      \* how far above the views of its peers a validator without memory begins to vote; 2 is right
    Bugs         \* rules that are broken on purpose, by name; {} for the protocol

VARIABLES
    view,   \* [Honest -> 1..LastView+1]: the view it is in
    said,   \* [Honest -> set of votes]: what left it, in all its lives
    mem,    \* [Honest -> set of votes]: what it remembers to have said; the journal
    floor,  \* [Honest -> Nat]: it casts no vote in a lower view (vote_from)
    lies,   \* [Byz -> set of votes]: votes of liars that lie in certificates, unless Omniscient
    wiped   \* how many disks were lost so far

vars == <<view, said, mem, floor, lies, wiped>>

Views == 1..LastView
Never == LastView + 2        \* a floor: it asks its peers and does not vote

(* A vote is <<kind, view, block>>; kind "N" notarize, "X" nullify, "F" finalize; a nullify names Genesis, for no block. *)
N(v, b) == <<"N", v, b>>
X(v) == <<"X", v, Genesis>>
F(v, b) == <<"F", v, b>>
Votes == {N(v, b) : v \in Views, b \in Blocks} \cup {X(v) : v \in Views} \cup {F(v, b) : v \in Views, b \in Blocks}

-------------------------------------------------------------------------------
(* Certificates: enough equal votes. *)

Backers(vote) == {i \in Honest : vote \in said[i]}
LiarsFor(vote) == IF Omniscient THEN Byz ELSE {i \in Byz : vote \in lies[i]}
Certified(vote) == Cardinality(Backers(vote)) + Cardinality(LiarsFor(vote)) >= Quorum

\* Only what an honest validator said, or a liar in a certificate, can be certified: the blocks worth looking at in a view.
Heard(kind, v) == UNION ({{m[3] : m \in {m \in said[i] : m[1] = kind /\ m[2] = v}} : i \in Honest}
                   \cup {{m[3] : m \in {m \in lies[i] : m[1] = kind /\ m[2] = v}} : i \in Byz})

Nullified(v) == Certified(X(v))
Supported(v, b) == Certified(N(v, b)) \/ Certified(F(v, b))
\* A quorum stands for the block in some view below v, or it is Genesis.
Left(v) == Nullified(v) \/ \E b \in Heard("N", v) \cup Heard("F", v) : Supported(v, b)
Final(b) == b = Genesis \/ \E v \in Views : Certified(F(v, b))

RECURSIVE IsAncestor(_, _)
IsAncestor(a, b) == a = b \/ (b # Genesis /\ IsAncestor(a, Parent[b]))
Conflict(a, b) == ~IsAncestor(a, b) /\ ~IsAncestor(b, a)

(* views.rs, footing: the block stands on one that a quorum stands for, with every view between given up by a quorum. *)
Bridged(low, high) == \/ "build-over-any-view" \in Bugs
                      \/ \A u \in (low + 1)..(high - 1) : Nullified(u)
\* Honest votes name the view of the block's header, unless the block closes an epoch.
Reaches(b, v) == \/ b = Genesis /\ Bridged(0, v)
                 \/ \E w \in IF b \in Closing THEN 1..(v - 1) ELSE {ViewOf[b]} :
                        w > 0 /\ w < v /\ Supported(w, b) /\ Bridged(w, v)
\* May this block get a notarize vote in view v, as far as the order is concerned?
Fits(b, v) == IF ViewOf[b] = v
              THEN b # Genesis /\ (Parent[b] \notin Closing \/ "build-on-closing" \in Bugs) /\ Reaches(Parent[b], v)
              ELSE b \in Closing /\ ViewOf[b] < v /\ Reaches(b, v)

-------------------------------------------------------------------------------
(* What an honest validator may say. *)

Unsaid(i, kind, v) == ~\E m \in mem[i] : m[1] = kind /\ m[2] = v

\* rule_advance: a view is left only with a certificate of it, or of a later one. A validator enters a view by casting its
\* first vote in it; entering without a word changes nothing that anybody else sees.
Enters(i, v) == v = view[i] \/ (v > view[i] /\ Left(v - 1))

\* rules.rs, cast: the vote is persisted, then it leaves. A crash between the two is the same as a delay.
Cast(i, vote, now) ==
    /\ vote[2] >= floor[i]
    /\ said' = [said EXCEPT ![i] = @ \cup {vote}]
    /\ mem' = [mem EXCEPT ![i] = @ \cup {vote}]
    /\ view' = [view EXCEPT ![i] = IF now > @ THEN now ELSE @]
    /\ UNCHANGED <<floor, lies, wiped>>

\* rule_build and on_built: the leader proposes once, unless it gave the view up; its proposal is its vote.
Propose(i, v, b) ==
    /\ Leader[v] = i /\ Enters(i, v)
    /\ Unsaid(i, "N", v) /\ Unsaid(i, "X", v)
    /\ Fits(b, v)
    /\ Cast(i, N(v, b), v)

\* rule_notarize: the first valid block of the leader, once in a view, also after giving the view up.
Notarize(i, v, b) ==
    /\ Leader[v] # i /\ Enters(i, v)
    /\ Unsaid(i, "N", v) \/ "notarize-twice" \in Bugs
    /\ Leader[v] \in Honest => N(v, b) \in said[Leader[v]]
    /\ Fits(b, v)
    /\ Cast(i, N(v, b), v)

\* rule_nullify: at any time while in the view. One of nullify and finalize, never both.
Nullify(i, v) ==
    /\ Enters(i, v)
    /\ Unsaid(i, "X", v)
    /\ Unsaid(i, "F", v) \/ "nullify-after-finalize" \in Bugs
    /\ Cast(i, X(v), v)

\* rule_finalize: a view that was left with a block, unless it gave that view up.
Finalize(i, v, b) ==
    /\ Certified(N(v, b))
    /\ Unsaid(i, "F", v)
    /\ Unsaid(i, "X", v) \/ "finalize-after-nullify" \in Bugs
    /\ Cast(i, F(v, b), IF "nullify-after-finalize" \in Bugs THEN v ELSE v + 1)

-------------------------------------------------------------------------------
(* What may befall it. *)

\* recovery.rs: the journal has every vote and every certificate that moved us. Nothing is lost, nothing changes; the bug
\* is a journal that forgets. It is modelled apart from Wipe, because nothing tells the validator that it happened.
Crash(i) ==
    /\ "forget-on-crash" \in Bugs
    /\ mem[i] # {} /\ wiped < Wipes
    /\ mem' = [mem EXCEPT ![i] = {}]
    /\ view' = [view EXCEPT ![i] = 1]
    /\ wiped' = wiped + 1
    /\ UNCHANGED <<said, floor, lies>>

\* The disk is lost, or an old copy of it is put back: it forgot some of its votes, at worst all. The validator knows that,
\* follows, and does not vote.
Wipe(i) ==
    /\ "forget-on-crash" \notin Bugs
    /\ wiped < Wipes /\ mem[i] # {}
    /\ mem' = [mem EXCEPT ![i] = {}]
    /\ view' = [view EXCEPT ![i] = 1]
    /\ floor' = [floor EXCEPT ![i] = Never]
    /\ wiped' = wiped + 1
    /\ UNCHANGED <<said, lies>>

\* vote_from: it has asked the others in which view they are. So many must answer that any quorum of its old life has an
\* honest one among them. Who asks itself does not answer, nor who has asked, before it is again where it may vote: its own
\* old life may have been ahead of it. What was said in an old life may still be under way to everybody.
Enough == Cardinality(Honest) + Cardinality(Byz) - Quorum + Faults + 1
Answers(j) == view[j] >= floor[j] \/ ("answer-at-once" \in Bugs /\ floor[j] # Never)
Probe(i) ==
    /\ floor[i] = Never
    /\ \E peers \in SUBSET {j \in Honest \ {i} : Answers(j)} :
        /\ Cardinality(peers) + Cardinality(Byz) >= Enough
        /\ peers # {}
        /\ LET highest == CHOOSE v \in 1..(LastView + 1) : /\ \E j \in peers : view[j] = v
                                                           /\ \A j \in peers : view[j] <= v
           IN  floor' = [floor EXCEPT ![i] = IF highest + Margin > Never THEN Never - 1 ELSE highest + Margin]
    /\ UNCHANGED <<view, said, mem, lies, wiped>>

-------------------------------------------------------------------------------
(* What liars do, when what they signed matters: they complete a certificate with no more signatures than it needs. *)
Lie(vote) ==
    /\ ~Omniscient /\ ~Certified(vote)
    /\ LET lack == Quorum - Cardinality(Backers(vote)) - Cardinality(LiarsFor(vote)) IN
       \E chosen \in SUBSET (Byz \ LiarsFor(vote)) :
        /\ Cardinality(chosen) = lack
        /\ lies' = [i \in Byz |-> IF i \in chosen THEN lies[i] \cup {vote} ELSE lies[i]]
    /\ UNCHANGED <<view, said, mem, floor, wiped>>

-------------------------------------------------------------------------------
Init ==
    /\ view = [i \in Honest |-> 1]
    /\ said = [i \in Honest |-> {}]
    /\ mem = [i \in Honest |-> {}]
    /\ floor = [i \in Honest |-> 0]
    /\ lies = [i \in Byz |-> {}]
    /\ wiped = 0

InView == [v \in Views |-> {b \in Blocks : ViewOf[b] = v} \cup {b \in Closing : ViewOf[b] < v}]

HonestMove(i) ==
    \E v \in Views :
        \/ Enters(i, v) /\ \E b \in InView[v] : Propose(i, v, b) \/ Notarize(i, v, b)
        \/ Nullify(i, v)
        \/ \E b \in Heard("N", v) : Finalize(i, v, b)
Mishap(i) == Crash(i) \/ Wipe(i) \/ Probe(i)
\* No certificate is of liars alone, so that only what an honest validator said can be completed.
Liar == \E vote \in UNION {said[i] : i \in Honest} : Lie(vote)
ASSUME Cardinality(Byz) < Quorum

Next == (\E i \in Honest : HonestMove(i) \/ Mishap(i)) \/ Liar
Spec == Init /\ [][Next]_vars

-------------------------------------------------------------------------------
(* What must hold. *)

TypeOK ==
    /\ view \in [Honest -> 1..(LastView + 1)]
    /\ \A i \in Honest : said[i] \subseteq Votes /\ mem[i] \subseteq said[i]
    /\ \A i \in Byz : lies[i] \subseteq Votes

\* proto/src/fault.rs: two blocks notarized, two blocks finalized, or nullify and finalize, in one view.
Contradicts(a, b) ==
    /\ a[2] = b[2] /\ a # b
    /\ \/ a[1] = b[1]
       \/ {a[1], b[1]} = {"X", "F"}
Contradictory(votes) == \E a, b \in votes : Contradicts(a, b)

HonestConsistent == \A i \in Honest : ~Contradictory(said[i])

FinalBlocks == {b \in Blocks : \E v \in Views : b \in Heard("F", v) /\ Certified(F(v, b))}
Agreement == \A a, b \in FinalBlocks : ~Conflict(a, b)

OneCertificate ==
    \A v \in Views :
        /\ \A a, b \in Heard("N", v) : Certified(N(v, a)) /\ Certified(N(v, b)) => a = b
        /\ ~(Nullified(v) /\ \E b \in Heard("F", v) : Certified(F(v, b)))

\* A final block that closes its epoch is the last final one in it: whoever starts the next epoch starts from the same.
OneBorder == \A a \in FinalBlocks \cap Closing : \A b \in FinalBlocks : IsAncestor(b, a)

Culprits == {i \in Byz : Contradictory(lies[i])} \cup {i \in Honest : Contradictory(said[i])}
Accountable == Agreement \/ (Cardinality(Culprits) > Faults /\ Culprits \subseteq Byz)

\* The highest view of an honest validator can be left by honest votes alone: nobody in it is bound not to give it up.
NeverStuck ==
    \A i \in Honest : \/ view[i] > LastView
                      \/ \E j \in Honest : view[j] > view[i]
                      \/ \A j \in Honest : Unsaid(j, "F", view[i])

\* To be refuted: shows that blocks do become final here, by honest leaders and in later views too.
NothingFinal == FinalBlocks = {}
NoLongChain == ~\E b \in FinalBlocks : Parent[b] # Genesis
===============================================================================
