// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>The accelerator as a C program sees it.</summary>
internal interface ICBus
{
    /// <summary>The completion interrupt is asked for.</summary>
    bool InterruptPending { get; }

    /// <summary>Microseconds of the last inference, for the program's own report.</summary>
    long Microseconds { get; }

    /// <summary>A 32-bit load.</summary>
    CValue Load(uint address, CPosition at);

    /// <summary>A store of 32 or 8 bits.</summary>
    void Store(uint address, uint value, int bytes, CPosition at);

    /// <summary>Sets (<c>|</c>) or keeps (<c>&amp;</c>) bits of a word.</summary>
    uint Modify(uint address, string symbol, uint value, CPosition at);

    /// <summary>A comparison of device bits decides what the program does.</summary>
    /// <param name="test">The comparison.</param>
    /// <param name="again">It is the condition of a loop.</param>
    /// <param name="at">Where it stands.</param>
    /// <returns>Whether it holds.</returns>
    bool Decide(CValue test, bool again, CPosition at);

    /// <summary>A function begins or goes on after a call.</summary>
    void Enter(CMachine machine, CFunction function);

    /// <summary>A function ends.</summary>
    void Leave();
}
