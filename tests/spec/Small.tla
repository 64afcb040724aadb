-------------------------------- MODULE Small --------------------------------
(* Small networks for TLC: four validators, a few views, blocks as chains of <<view, salt>> so that a leader has two    *)
(* different ones to offer on each parent. The configurations beside this file say which liars, bugs and invariants.    *)
EXTENDS Simplex, Sequences, TLC

CONSTANTS Salts, Other, Top, AnyLeader, ClosingView, Narrow

RECURSIVE Chains(_)
Chains(v) == IF v = 0 THEN {<<>>}
             ELSE Chains(v - 1) \cup {Append(c, <<v, s>>) : c \in Chains(v - 1), s \in Salts}

Front(c) == IF c = <<>> THEN <<>> ELSE SubSeq(c, 1, Len(c) - 1)
TopOf(c) == IF c = <<>> THEN 0 ELSE c[Len(c)][1]

\* Narrow: one block in each view upon the one before, and in the last view a second. Where forks are not the question.
Plain(c) == \A k \in 1..Len(c) : c[k][1] = k /\ (c[k][2] = Other => k = Top)
MCBlocks == IF Narrow THEN {c \in Chains(Top) : Plain(c)} ELSE Chains(Top)
MCGenesis == <<>>
MCParent == [b \in MCBlocks |-> Front(b)]
MCViewOf == [b \in MCBlocks |-> TopOf(b)]
\* A liar leads every view: whatever an honest leader does, a liar may do too. Otherwise the honest lead in turn.
MCLeader == [v \in 1..Top |-> AnyLeader]
MCClosing == {b \in MCBlocks : TopOf(b) = ClosingView}

Symmetry == Permutations(Honest) \cup (IF Narrow THEN {} ELSE Permutations(Salts))
SymmetryOfLiars == Symmetry \cup Permutations(Byz)
===============================================================================
