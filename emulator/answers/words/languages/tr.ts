import type { LanguageWords } from "../languageWords.ts";

export const tr: LanguageWords = {
  name: "Turkish",
  letters: "ışğİçö",
  common:
    "ve bir bu için ile ne nasıl nerede nereye zaman mi mı mu mü ben benim değil var yok çok merhaba selam teşekkürler sağ ol lütfen olarak ama daha kadar gibi istiyorum neden hangi kim kime şu olan günaydın sonra iyi günler bana kaç evet hayır tamam musun misin bugün olur",
  categories: {
    SCHEDULE_HOURS: "vardiya mesai-saat çalışma-saat nöbet hafta-hangi cumartesi takas değiş-tokuş kaçta-başlıyor",
    LEAVE_VACATION: "=izin =izinli izni iznim tatil bayram doğum-izni yıllık-izin",
    SICK_LEAVE_RECOVERY: "hasta rapor doktor ateş belim grip hastane kaza iyileş",
    SALARY_COMPENSATION: "maaş bordro ücret prim ödeme avans mesaileri gece-fark eksik-yattı vergi",
    CONTRACT_HOURS: "sözleşme haftada saate-çık tam-zaman yarı-zaman deneme saat-çalış",
    ONBOARDING: "işe-başla oryantasyon yeni-başla ilk-defa eğitim getirmeli ilk-gün",
    OFFBOARDING: "istifa işten-ayrıl tazminat ihbar-süre emekli işten-çık",
    WORKWEAR_STAFF_PASS: "üniforma iş-kıyafet yaka-kart kartımı ayakkab eldiven numara-lazım baret yelek",
    TEAM_CONTACTS: "iletişim telefon yönetici ekip-lider numarası servis kime-ulaş sorumlu",
    PERSONAL_QUESTIONS: "adresim taşın evlen soyad çalışma-belge sınav hamile nüfus banka-hesab konsolosluk",
    ACCESS_LOGIN: "şifre parola giriş hesab erişim kilit kod-gel",
    SOCIAL_QUESTIONS: "parti şaka hava etkinlik piknik çay doğum-gün futbol şarkı fıkra",
  },
  moods: {
    positive:
      "harika mükemmel süper memnun mutlu çok-güzel yardımsever geçtim ağlayaca içer-misin teşekkür-ederim-çok bayıld sevin",
    negative:
      "kızgın berbat rezalet kabul-edilemez hayal-kırıklığı saçma şikayet sinir eksik-yattı her-ay kabul-etmiyorum inanmıyor kapattı bana-sormadan kaybettim-yine yine-mi haksız bıktım",
    escalation: "avukat sendika müdür yetkili-bir bir-insan bir-insanla üst-yönetim",
    hr: "insan-kaynakları kaynaklarına =ik",
    forward: "iletildi iletiyorum ilettim yönlendir gönderiyorum",
  },
};
