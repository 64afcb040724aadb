-------------------------------- MODULE Small --------------------------------
(* Small networks for TLC: four validators, a few views, blocks as chains of <<view, salt>> so that a leader has two    *)
(* different ones to offer on each parent. The configurations beside this file say which liars, bugs and invariants.    *)
EXTENDS Simplex, Sequences, TLC

CONSTANTS Salts, Other, Top, AnyLeader, ClosingView, Shape

RECURSIVE Chains(_)
Chains(v) == IF v = 0 THEN {<<>>}
             ELSE Chains(v - 1) \cup {Append(c, <<v, s>>) : c \in Chains(v - 1), s \in Salts}

Front(c) == IF c = <<>> THEN <<>> ELSE SubSeq(c, 1, Len(c) - 1)
TopOf(c) == IF c = <<>> THEN 0 ELSE c[Len(c)][1]

\* Fewer blocks where forks are not the question. "plain": one in each view upon the one before, and in the last view a
\* second. "top": two in the last view, upon Genesis; the views before can only be given up.
Plain(c) == \A k \in 1..Len(c) : c[k][1] = k /\ (c[k][2] = Other => k = Top)
OnTop(c) == c = <<>> \/ (Len(c) = 1 /\ c[1][1] = Top)
MCBlocks == CASE Shape = "all" -> Chains(Top)
              [] Shape = "plain" -> {c \in Chains(Top) : Plain(c)}
              [] Shape = "top" -> {c \in Chains(Top) : OnTop(c)}
MCGenesis == <<>>
MCParent == [b \in MCBlocks |-> Front(b)]
MCViewOf == [b \in MCBlocks |-> TopOf(b)]
\* A liar leads every view: whatever an honest leader does, a liar may do too. Otherwise the honest lead in turn.
MCLeader == [v \in 1..Top |-> AnyLeader]
MCClosing == {b \in MCBlocks : TopOf(b) = ClosingView}

Symmetry == Permutations(Honest) \cup (IF Shape = "plain" THEN {} ELSE Permutations(Salts))
SymmetryOfLiars == Symmetry \cup Permutations(Byz)
===============================================================================
